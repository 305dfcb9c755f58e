package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import dev.tern.kernel.scalar.PlainRows;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/** Rotates the pairs of one head by angles given as {@code pairs} cosines and as many sines. */
final class RotaryLoops {
  private static final VectorShuffle<Float> FIRSTS = VectorShuffle.makeUnzip(F, 0);
  private static final VectorShuffle<Float> SECONDS = VectorShuffle.makeUnzip(F, 1);
  private static final VectorShuffle<Float> LOWER = VectorShuffle.makeZip(F, 0);
  private static final VectorShuffle<Float> UPPER = VectorShuffle.makeZip(F, 1);

  private RotaryLoops() {}

  /** Pairs (i, i + pairs). */
  static void halves(float[] x, int at, float[] angles, int angle, int pairs) {
    int done = ColdStart.isCold(pairs) ? 0 : halfVectors(x, at, angles, angle, pairs);
    PlainRows.rotateHalves(x, at, angles, angle, pairs, done);
  }

  private static int halfVectors(float[] x, int at, float[] angles, int angle, int pairs) {
    int i = 0;
    for (; i <= pairs - L; i += L) {
      FloatVector cos = FloatVector.fromArray(F, angles, angle + i);
      FloatVector sin = FloatVector.fromArray(F, angles, angle + pairs + i);
      FloatVector a = FloatVector.fromArray(F, x, at + i);
      FloatVector b = FloatVector.fromArray(F, x, at + pairs + i);
      a.mul(cos).sub(b.mul(sin)).intoArray(x, at + i);
      b.mul(cos).add(a.mul(sin)).intoArray(x, at + pairs + i);
    }
    return i;
  }

  /** Pairs (2i, 2i + 1). */
  static void neighbours(float[] x, int at, float[] angles, int angle, int pairs) {
    int done = ColdStart.isCold(pairs) ? 0 : neighbourVectors(x, at, angles, angle, pairs);
    PlainRows.rotateNeighbours(x, at, angles, angle, pairs, done);
  }

  private static int neighbourVectors(float[] x, int at, float[] angles, int angle, int pairs) {
    int i = 0;
    for (; i <= pairs - L; i += L) {
      FloatVector cos = FloatVector.fromArray(F, angles, angle + i);
      FloatVector sin = FloatVector.fromArray(F, angles, angle + pairs + i);
      FloatVector lower = FloatVector.fromArray(F, x, at + 2 * i);
      FloatVector upper = FloatVector.fromArray(F, x, at + 2 * i + L);
      FloatVector a = lower.rearrange(FIRSTS, upper);
      FloatVector b = lower.rearrange(SECONDS, upper);
      FloatVector p = a.mul(cos).sub(b.mul(sin));
      FloatVector q = b.mul(cos).add(a.mul(sin));
      p.rearrange(LOWER, q).intoArray(x, at + 2 * i);
      p.rearrange(UPPER, q).intoArray(x, at + 2 * i + L);
    }
    return i;
  }
}

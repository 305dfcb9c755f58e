package dev.tern.kernel.simd;

import static dev.tern.kernel.KeyValueLayout.PANEL;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MAX;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The softmax of one row of scores over a segment. The row is given by the array, where the segment starts in it, and
 * the set of panels of 32 positions to work on (bit i: positions 32·i …); positions count from the start of the
 * segment. Lanes always hold the same positions, so that sums do not depend on what else is computed.
 */
final class SoftmaxKernels {
  private static final float[] IOTA = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

  private SoftmaxKernels() {}

  /**
   * Multiplies the raw scores by a factor per position, hides what lies outside {@code [from, to)} and {@code [0,
   * sinks)}, and returns the greatest.
   */
  static float scale(float[] scores, int at, int panels, float[] scales, int from, int to, int sinks) {
    FloatVector max = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int bits = panels; bits != 0; bits &= bits - 1) {
      int start = PANEL * Integer.numberOfTrailingZeros(bits);
      boolean whole = start >= from && start + PANEL <= to;
      for (int i = start; i < start + PANEL; i += L) {
        FloatVector score = FloatVector.fromArray(F, scores, at + i).mul(FloatVector.fromArray(F, scales, i));
        if (!whole) {
          FloatVector index = FloatVector.fromArray(F, IOTA, 0).add(i);
          VectorMask<Float> visible = index.compare(GE, from).and(index.compare(LT, to));
          score = score.blend(Float.NEGATIVE_INFINITY, visible.or(index.compare(LT, sinks)).not());
        }
        score.intoArray(scores, at + i);
        max = score.max(max);
      }
    }
    return max.reduceLanes(MAX);
  }

  /** Replaces raw scores x by {@code factor · tanh(x · scale)}. */
  static void softCap(float[] scores, int at, int panels, float[] scales, float factor) {
    for (int bits = panels; bits != 0; bits &= bits - 1) {
      int start = PANEL * Integer.numberOfTrailingZeros(bits);
      for (int i = start; i < start + PANEL; i += L) {
        FloatVector x = FloatVector.fromArray(F, scores, at + i).mul(FloatVector.fromArray(F, scales, i));
        VectorMath.tanh(x).mul(factor).intoArray(scores, at + i);
      }
    }
  }

  /**
   * Replaces scores s by {@code 2^(s - max) · scale} with a factor per position; returns the sum without the factors.
   */
  static float weigh(float[] scores, int at, int panels, float max, float[] scales, float[] lanes) {
    FloatVector sum = FloatVector.zero(F);
    for (int bits = panels; bits != 0; bits &= bits - 1) {
      int start = PANEL * Integer.numberOfTrailingZeros(bits);
      for (int i = start; i < start + PANEL; i += L) {
        FloatVector weight = Exp2.of(FloatVector.fromArray(F, scores, at + i).sub(max));
        sum = weight.add(sum);
        weight.mul(FloatVector.fromArray(F, scales, i)).intoArray(scores, at + i);
      }
    }
    sum.intoArray(lanes, 0);
    return sum(lanes);
  }

  /** In a fixed order, which {@code reduceLanes} does not promise. */
  private static float sum(float[] lanes) {
    for (int half = L / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }

  /** {@code totals = totals · factor + sums · other} over {@code width} values, a multiple of 32. */
  static void merge(float[] totals, int at, float factor, float[] sums, int from, float other, int width) {
    FloatVector a = FloatVector.broadcast(F, factor);
    FloatVector b = FloatVector.broadcast(F, other);
    for (int i = 0; i < width; i += L) {
      FloatVector scaled = FloatVector.fromArray(F, sums, from + i).mul(b);
      FloatVector.fromArray(F, totals, at + i).fma(a, scaled).intoArray(totals, at + i);
    }
  }
}

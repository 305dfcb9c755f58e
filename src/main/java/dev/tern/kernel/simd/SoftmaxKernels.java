package dev.tern.kernel.simd;

import static dev.tern.kernel.KeyValueLayout.PAGE;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.XOR;

import dev.tern.kernel.scalar.PlainAttention;
import dev.tern.kernel.scalar.PlainMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** The softmax of one row of scores over a page of 128 positions. */
final class SoftmaxKernels {
  private SoftmaxKernels() {}

  /** Multiplies raw scores by a factor per position and returns the greatest; NaN counts as none. */
  static float scale(float[] scores, int at, float[] scales) {
    return ColdStart.isCold(PAGE) ? PlainAttention.scale(scores, at, scales) : scaleVectors(scores, at, scales);
  }

  private static float scaleVectors(float[] scores, int at, float[] scales) {
    FloatVector max = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    FloatVector other = max;
    for (int i = 0; i < PAGE; i += 2 * L) {
      FloatVector s = FloatVector.fromArray(F, scores, at + i).mul(FloatVector.fromArray(F, scales, i));
      FloatVector t = FloatVector.fromArray(F, scores, at + i + L).mul(FloatVector.fromArray(F, scales, i + L));
      s.intoArray(scores, at + i);
      t.intoArray(scores, at + i + L);
      // Not max(), which takes six instructions to treat NaN and the two zeros as Math.max does.
      max = max.blend(s, s.compare(GT, max));
      other = other.blend(t, t.compare(GT, other));
    }
    max = max.blend(other, other.compare(GT, max));
    // As integers in the same order, which have a maximum in hardware.
    IntVector bits = max.reinterpretAsInts();
    int greatest = bits.lanewise(XOR, bits.lanewise(ASHR, 31).and(Integer.MAX_VALUE)).reduceLanes(MAX);
    return Float.intBitsToFloat(greatest ^ greatest >> 31 & Integer.MAX_VALUE);
  }

  /** Replaces raw scores x by {@code factor · tanh(x · scale)}. */
  static void softCap(float[] scores, int at, float[] scales, float factor) {
    for (int i = 0; i < PAGE; i += L) {
      FloatVector x = FloatVector.fromArray(F, scores, at + i).mul(FloatVector.fromArray(F, scales, i));
      VectorMath.tanh(x).mul(factor).intoArray(scores, at + i);
    }
  }

  /**
   * Replaces scores s by {@code 2^(s - max) · weight} with a factor per position, and adds what they are without the
   * factors to {@code sums[sumsAt …]}, one sum per lane. The steps of {@link Exp2#of} for four vectors in turn: one
   * after the other, their long chains would fill the processor's queues with instructions that wait.
   */
  static void weigh(float[] scores, int at, float max, float[] weights, float[] sums, int sumsAt) {
    if (ColdStart.isCold(PAGE)) {
      PlainAttention.weigh(scores, at, max, weights, sums, sumsAt, L);
    } else {
      weighVectors(scores, at, max, weights, sums, sumsAt);
    }
  }

  private static void weighVectors(float[] scores, int at, float max, float[] weights, float[] sums, int sumsAt) {
    FloatVector sum = FloatVector.fromArray(F, sums, sumsAt);
    FloatVector c6 = FloatVector.broadcast(F, PlainMath.EXP2_C6);
    FloatVector c5 = FloatVector.broadcast(F, PlainMath.EXP2_C5);
    FloatVector c4 = FloatVector.broadcast(F, PlainMath.EXP2_C4);
    FloatVector c3 = FloatVector.broadcast(F, PlainMath.EXP2_C3);
    FloatVector c2 = FloatVector.broadcast(F, PlainMath.EXP2_C2);
    FloatVector c1 = FloatVector.broadcast(F, PlainMath.EXP2_C1);
    FloatVector one = FloatVector.broadcast(F, 1);
    for (int i = 0; i < PAGE; i += 4 * L) {
      FloatVector x0 = FloatVector.fromArray(F, scores, at + i).sub(max);
      FloatVector x1 = FloatVector.fromArray(F, scores, at + i + L).sub(max);
      FloatVector x2 = FloatVector.fromArray(F, scores, at + i + 2 * L).sub(max);
      FloatVector x3 = FloatVector.fromArray(F, scores, at + i + 3 * L).sub(max);
      FloatVector n0 = x0.add(PlainMath.ROUND);
      FloatVector n1 = x1.add(PlainMath.ROUND);
      FloatVector n2 = x2.add(PlainMath.ROUND);
      FloatVector n3 = x3.add(PlainMath.ROUND);
      FloatVector f0 = x0.sub(n0.sub(PlainMath.ROUND));
      FloatVector f1 = x1.sub(n1.sub(PlainMath.ROUND));
      FloatVector f2 = x2.sub(n2.sub(PlainMath.ROUND));
      FloatVector f3 = x3.sub(n3.sub(PlainMath.ROUND));
      FloatVector p0 = f0.fma(c6, c5);
      FloatVector p1 = f1.fma(c6, c5);
      FloatVector p2 = f2.fma(c6, c5);
      FloatVector p3 = f3.fma(c6, c5);
      p0 = p0.fma(f0, c4);
      p1 = p1.fma(f1, c4);
      p2 = p2.fma(f2, c4);
      p3 = p3.fma(f3, c4);
      p0 = p0.fma(f0, c3);
      p1 = p1.fma(f1, c3);
      p2 = p2.fma(f2, c3);
      p3 = p3.fma(f3, c3);
      p0 = p0.fma(f0, c2);
      p1 = p1.fma(f1, c2);
      p2 = p2.fma(f2, c2);
      p3 = p3.fma(f3, c2);
      p0 = p0.fma(f0, c1);
      p1 = p1.fma(f1, c1);
      p2 = p2.fma(f2, c1);
      p3 = p3.fma(f3, c1);
      p0 = p0.fma(f0, one);
      p1 = p1.fma(f1, one);
      p2 = p2.fma(f2, one);
      p3 = p3.fma(f3, one);
      p0 = n0.reinterpretAsInts().lanewise(LSHL, 23).add(p0.reinterpretAsInts()).reinterpretAsFloats();
      p1 = n1.reinterpretAsInts().lanewise(LSHL, 23).add(p1.reinterpretAsInts()).reinterpretAsFloats();
      p2 = n2.reinterpretAsInts().lanewise(LSHL, 23).add(p2.reinterpretAsInts()).reinterpretAsFloats();
      p3 = n3.reinterpretAsInts().lanewise(LSHL, 23).add(p3.reinterpretAsInts()).reinterpretAsFloats();
      p0 = p0.blend(0, x0.compare(LT, PlainMath.EXP2_MIN));
      p1 = p1.blend(0, x1.compare(LT, PlainMath.EXP2_MIN));
      p2 = p2.blend(0, x2.compare(LT, PlainMath.EXP2_MIN));
      p3 = p3.blend(0, x3.compare(LT, PlainMath.EXP2_MIN));
      sum = p0.add(p1).add(p2.add(p3)).add(sum);
      p0.mul(FloatVector.fromArray(F, weights, i)).intoArray(scores, at + i);
      p1.mul(FloatVector.fromArray(F, weights, i + L)).intoArray(scores, at + i + L);
      p2.mul(FloatVector.fromArray(F, weights, i + 2 * L)).intoArray(scores, at + i + 2 * L);
      p3.mul(FloatVector.fromArray(F, weights, i + 3 * L)).intoArray(scores, at + i + 3 * L);
    }
    sum.intoArray(sums, sumsAt);
  }

  /**
   * {@code values *= factor} over {@code width} values: too rare to be compiled soon, and plain loops allocate nothing.
   */
  static void rescale(float[] values, int at, float factor, int width) {
    for (int i = at; i < at + width; i++) {
      values[i] *= factor;
    }
  }

  /** {@code totals = totals · factor + sums · other} over {@code width} values, a multiple of 16. */
  static void merge(float[] totals, int at, float factor, float[] sums, int from, float other, int width) {
    if (ColdStart.isCold(width)) {
      PlainAttention.merge(totals, at, factor, sums, from, other, width);
    } else {
      mergeVectors(totals, at, factor, sums, from, other, width);
    }
  }

  private static void mergeVectors(
      float[] totals, int at, float factor, float[] sums, int from, float other, int width) {
    FloatVector a = FloatVector.broadcast(F, factor);
    FloatVector b = FloatVector.broadcast(F, other);
    for (int i = 0; i < width; i += L) {
      FloatVector scaled = FloatVector.fromArray(F, sums, from + i).mul(b);
      FloatVector.fromArray(F, totals, at + i).fma(a, scaled).intoArray(totals, at + i);
    }
  }
}

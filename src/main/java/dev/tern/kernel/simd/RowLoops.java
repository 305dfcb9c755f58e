package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;
import static jdk.incubator.vector.VectorOperators.MAX;

import dev.tern.kernel.scalar.PlainRows;
import dev.tern.kernel.scalar.ScalarVector;
import jdk.incubator.vector.FloatVector;

/**
 * Sums over a row and arithmetic of its values. All rows begin at index {@code at} of their arrays. The loops of
 * vectors return how many values they treated.
 */
final class RowLoops {
  private RowLoops() {}

  static double sumOfSquares(float[] x, int at, int width) {
    int whole = width / (4 * L) * 4 * L;
    double sum = ColdStart.isCold(width) ? PlainRows.sumOfSquares(x, at, whole, L) : squaresOfVectors(x, at, whole);
    for (int i = at + whole; i < at + width; i++) {
      sum += (double) x[i] * x[i];
    }
    // Squares of values above 1e19 leave the range of floats.
    return sum < Float.POSITIVE_INFINITY ? sum : ScalarVector.sumOfSquares(x, at, width);
  }

  /** The same for a multiple of four vectors. */
  static float squaresOfVectors(float[] x, int at, int width) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int i = at; i < at + width; i += 4 * L) {
      FloatVector p = FloatVector.fromArray(F, x, i);
      FloatVector q = FloatVector.fromArray(F, x, i + L);
      FloatVector r = FloatVector.fromArray(F, x, i + 2 * L);
      FloatVector s = FloatVector.fromArray(F, x, i + 3 * L);
      a = p.fma(p, a);
      b = q.fma(q, b);
      c = r.fma(r, c);
      d = s.fma(s, d);
    }
    return VectorMath.sum(a.add(b).add(c.add(d)));
  }

  static double sum(float[] x, int at, int width) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = a;
    int to = at + width;
    int i = at;
    for (; i <= to - 2 * L; i += 2 * L) {
      a = FloatVector.fromArray(F, x, i).add(a);
      b = FloatVector.fromArray(F, x, i + L).add(b);
    }
    double sum = VectorMath.sum(a.add(b));
    for (; i < to; i++) {
      sum += x[i];
    }
    return sum;
  }

  static float max(float[] x, int at, int width) {
    FloatVector a = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    int to = at + width;
    int i = at;
    for (; i <= to - L; i += L) {
      a = FloatVector.fromArray(F, x, i).max(a);
    }
    float max = a.reduceLanes(MAX);
    for (; i < to; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  /** {@code out = x − shift}; returns the sum of the squares of that. */
  static double center(float[] x, float shift, float[] out, int at, int width) {
    int to = at + width;
    int i = at;
    for (; i <= to - L; i += L) {
      FloatVector.fromArray(F, x, i).sub(shift).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = x[i] - shift;
    }
    return sumOfSquares(out, at, width);
  }

  /** {@code out = factor · x ⊙ weight}, weights from {@code weightAt}. */
  static void scale(float[] x, float factor, float[] weight, int weightAt, float[] out, int at, int width) {
    int done = ColdStart.isCold(width) ? 0 : scaleVectors(x, factor, weight, weightAt, out, at, width);
    PlainRows.scale(x, factor, weight, weightAt + done, out, at + done, width - done);
  }

  private static int scaleVectors(
      float[] x, float factor, float[] weight, int weightAt, float[] out, int at, int width) {
    int i = 0;
    for (; i <= width - L; i += L) {
      FloatVector w = FloatVector.fromArray(F, weight, weightAt + i);
      FloatVector.fromArray(F, x, at + i).mul(factor).mul(w).intoArray(out, at + i);
    }
    return i;
  }

  /** {@code out = factor · x}. */
  static void scale(float[] x, float factor, float[] out, int at, int width) {
    int done = ColdStart.isCold(width) ? 0 : scaleVectors(x, factor, out, at, width);
    PlainRows.scale(x, factor, out, at + done, width - done);
  }

  private static int scaleVectors(float[] x, float factor, float[] out, int at, int width) {
    int i = 0;
    for (; i <= width - L; i += L) {
      FloatVector.fromArray(F, x, at + i).mul(factor).intoArray(out, at + i);
    }
    return i;
  }

  /** {@code x += factor · y}, y from {@code yAt}. */
  static void add(float[] x, float[] y, int yAt, float factor, int at, int width) {
    int done = ColdStart.isCold(width) ? 0 : addVectors(x, y, yAt, factor, at, width);
    PlainRows.add(x, y, yAt + done, factor, at + done, width - done);
  }

  private static int addVectors(float[] x, float[] y, int yAt, float factor, int at, int width) {
    FloatVector scale = FloatVector.broadcast(F, factor);
    int i = 0;
    for (; i <= width - L; i += L) {
      FloatVector sum = FloatVector.fromArray(F, y, yAt + i).fma(scale, FloatVector.fromArray(F, x, at + i));
      sum.intoArray(x, at + i);
    }
    return i;
  }

  /** {@code x = cap · tanh(x / cap)}. */
  static void softCap(float[] x, float cap, int at, int width) {
    int to = at + width;
    int i = at;
    for (; i <= to - L; i += L) {
      VectorMath.tanh(FloatVector.fromArray(F, x, i).div(cap)).mul(cap).intoArray(x, i);
    }
    for (; i < to; i++) {
      x[i] = (float) (cap * Math.tanh((double) x[i] / cap));
    }
  }

  /** {@code x = e^(x − shift)}; returns the sum of that. */
  static double exp(float[] x, float shift, int at, int width) {
    FloatVector a = FloatVector.zero(F);
    int to = at + width;
    int i = at;
    for (; i <= to - L; i += L) {
      FloatVector e = VectorMath.exp(FloatVector.fromArray(F, x, i).sub(shift));
      e.intoArray(x, i);
      a = e.add(a);
    }
    double sum = VectorMath.sum(a);
    for (; i < to; i++) {
      x[i] = (float) Math.exp(x[i] - shift);
      sum += x[i];
    }
    return sum;
  }
}

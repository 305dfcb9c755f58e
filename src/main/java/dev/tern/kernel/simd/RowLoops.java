package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;
import static jdk.incubator.vector.VectorOperators.MAX;

import dev.tern.kernel.scalar.PlainRows;
import dev.tern.kernel.scalar.ScalarVector;
import jdk.incubator.vector.FloatVector;

/** Sums over a row and arithmetic of its values. All rows begin at index {@code at} of their arrays. */
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
    int to = at + width;
    int shift = weightAt - at;
    int i = at;
    for (int last = ColdStart.lastVector(at, to); i <= last; i += L) {
      FloatVector.fromArray(F, x, i).mul(factor).mul(FloatVector.fromArray(F, weight, i + shift)).intoArray(out, i);
    }
    PlainRows.scale(x, factor, weight, i + shift, out, i, to - i);
  }

  /** {@code out = factor · x}. */
  static void scale(float[] x, float factor, float[] out, int at, int width) {
    int to = at + width;
    int i = at;
    for (int last = ColdStart.lastVector(at, to); i <= last; i += L) {
      FloatVector.fromArray(F, x, i).mul(factor).intoArray(out, i);
    }
    PlainRows.scale(x, factor, out, i, to - i);
  }

  /** {@code x += factor · y}, y from {@code yAt}. */
  static void add(float[] x, float[] y, int yAt, float factor, int at, int width) {
    int to = at + width;
    int shift = yAt - at;
    FloatVector scale = FloatVector.broadcast(F, factor);
    int i = at;
    for (int last = ColdStart.lastVector(at, to); i <= last; i += L) {
      FloatVector.fromArray(F, y, i + shift).fma(scale, FloatVector.fromArray(F, x, i)).intoArray(x, i);
    }
    PlainRows.add(x, y, i + shift, factor, i, to - i);
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

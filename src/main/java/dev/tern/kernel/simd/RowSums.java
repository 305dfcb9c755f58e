package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import jdk.incubator.vector.FloatVector;

/** Sums over part of a row. */
final class RowSums {
  private RowSums() {}

  static float sum(float[] x, int at, int width) {
    FloatVector sum = FloatVector.zero(F);
    int i = 0;
    for (; i <= width - L; i += L) {
      sum = FloatVector.fromArray(F, x, at + i).add(sum);
    }
    float total = VectorMath.sum(sum);
    for (; i < width; i++) {
      total += x[at + i];
    }
    return total;
  }

  /** {@code Σ (x − mean)²}. */
  static float squares(float[] x, int at, int width, float mean) {
    FloatVector sum = FloatVector.zero(F);
    int i = 0;
    for (; i <= width - L; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, at + i).sub(mean);
      sum = v.fma(v, sum);
    }
    float total = VectorMath.sum(sum);
    for (; i < width; i++) {
      total += (x[at + i] - mean) * (x[at + i] - mean);
    }
    return total;
  }

  /** {@code Σ x ⊙ y ⊙ weight}, with x and y from the same place. */
  static float product(float[] x, float[] y, int at, float[] weight, int weightAt, int width) {
    FloatVector sum = FloatVector.zero(F);
    int i = 0;
    for (; i <= width - L; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, at + i).mul(FloatVector.fromArray(F, y, at + i));
      sum = v.fma(FloatVector.fromArray(F, weight, weightAt + i), sum);
    }
    float total = VectorMath.sum(sum);
    for (; i < width; i++) {
      total += x[at + i] * y[at + i] * weight[weightAt + i];
    }
    return total;
  }
}

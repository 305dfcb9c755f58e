package dev.tern.kernel.simd;

import java.util.Arrays;

/** Per row: the largest score to base 2, the sum of weights relative to it, and the weighted sum of values. */
final class SoftmaxState {
  final float[] max = new float[AttentionPlan.BLOCK];
  final float[] sum = new float[AttentionPlan.BLOCK];
  float[] values = new float[0];

  /** Floats from one row of values to the next: a multiple of 32. */
  int width;

  /** Makes room for {@code rows} rows and empties them. */
  void resize(int rows, int width) {
    this.width = width;
    if (values.length < rows * width) {
      values = new float[rows * width];
    }
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0);
    Arrays.fill(values, 0, rows * width, 0);
  }

  /** Adds row {@code row} of a partial result, whose values start at {@code at}. */
  void merge(int row, float partMax, float partSum, float[] partValues, int at) {
    if (partMax == Float.NEGATIVE_INFINITY) {
      return;
    }
    float greater = Math.max(max[row], partMax);
    float factor = Exp2.of(max[row] - greater);
    float other = Exp2.of(partMax - greater);
    max[row] = greater;
    sum[row] = Math.fma(sum[row], factor, partSum * other);
    SoftmaxKernels.merge(values, row * width, factor, partValues, at, other, width);
  }

  /**
   * Adds a logit that has no value: it takes part in the denominator only.
   *
   * @return what the values must be multiplied by to go with the new sum
   */
  float addSink(int row, float logit) {
    float greater = Math.max(max[row], logit);
    float factor = Exp2.of(max[row] - greater);
    sum[row] = Math.fma(sum[row], factor, Exp2.of(logit - greater));
    max[row] = greater;
    return factor;
  }
}

package dev.tern.kernel.simd;

import dev.tern.kernel.scalar.PlainMath;
import java.util.Arrays;

/**
 * What an online softmax remembers per row: about the largest score to base 2, the sum of weights relative to it in 16
 * partial sums, and the weighted sum of values.
 */
final class SoftmaxState {
  /** Partial sums of weights of a row. */
  static final int LANES = 16;

  /** How much greater than the remembered maximum a score may be, to base 2. */
  private static final float SLACK = 8;

  float[] max = new float[0];
  float[] sums = new float[0];
  float[] values = new float[0];

  /** Floats from one row of values to the next: a multiple of 32. */
  int width;

  /** Makes room for {@code rows} rows; the contents are undefined. */
  void reserve(int rows, int width) {
    this.width = width;
    if (max.length < rows) {
      max = new float[rows];
      sums = new float[rows * LANES];
    }
    if (values.length < rows * width) {
      values = new float[Math.multiplyExact(rows, width)];
    }
  }

  /** Makes the first rows those of nothing seen. */
  void clear(int rows) {
    Arrays.fill(max, 0, rows, Float.NEGATIVE_INFINITY);
    Arrays.fill(sums, 0, rows * LANES, 0);
    Arrays.fill(values, 0, rows * width, 0);
  }

  /**
   * Moves the maximum of a row, and everything relative to it, to {@code score} if that is much greater: weights up to
   * {@code 2^SLACK} do no harm, and most rescaling is saved (FlashAttention-4).
   */
  void raise(int row, float score) {
    float old = max[row];
    if (score > old + SLACK) {
      max[row] = score;
      if (old != Float.NEGATIVE_INFINITY) {
        float factor = PlainMath.exp2(old - score);
        SoftmaxKernels.rescale(sums, row * LANES, factor, LANES);
        SoftmaxKernels.rescale(values, row * width, factor, width);
      }
    }
  }

  /** Adds row {@code row} of {@code rows} rows of a partial result that starts at row {@code at} of another state. */
  void merge(int row, SoftmaxState part, int at) {
    if (part.max[at] == Float.NEGATIVE_INFINITY && part.sum(at) == 0) {
      return; // nothing seen; the sum of NaN scores is not 0
    }
    float greater = Math.max(max[row], part.max[at]);
    float factor = PlainMath.exp2(max[row] - greater);
    float other = PlainMath.exp2(part.max[at] - greater);
    max[row] = greater;
    SoftmaxKernels.merge(sums, row * LANES, factor, part.sums, at * LANES, other, LANES);
    SoftmaxKernels.merge(values, row * width, factor, part.values, at * width, other, width);
  }

  /** The sum of weights of a row, added up in a fixed order, which {@code reduceLanes} does not promise. */
  float sum(int row) {
    int at = row * LANES;
    float sum = 0;
    for (int i = 0; i < LANES; i++) {
      sum += sums[at + i];
    }
    return sum;
  }

  /** Copies {@code rows} rows to row {@code at} of another state. */
  void copyTo(SoftmaxState other, int at, int rows) {
    System.arraycopy(max, 0, other.max, at, rows);
    System.arraycopy(sums, 0, other.sums, at * LANES, rows * LANES);
    System.arraycopy(values, 0, other.values, at * width, rows * width);
  }
}

package dev.tern.kernel.simd;

import java.util.Arrays;

/**
 * A row of activations as 8-bit integers with a scale per 32 columns, in the form the 4-bit kernels read.
 *
 * <p>Kernels multiply with {@code code >>> 4i} without masking off the higher nibbles; so within each four columns the
 * multiplier of column i is {@code a[i] − 16 · a[i − 1]}, which takes back what the columns before carried along.
 */
final class Quantized {
  /** A vector of shift counts. */
  static final short[] SHIFT = new short[32];

  static {
    Arrays.fill(SHIFT, (short) 4);
  }

  /** Magnitudes below count as zero: their reciprocals overflow. */
  private static final float SMALLEST = 0x1p-80f;

  /** Multipliers, twice in each int: the broadcast of a 16-bit lane is then a plain load. */
  int[] pairs = new int[0];

  /** Minus eight times the sum of each 32 activations: what the codes' offset of 8 adds. */
  short[] starts = new short[0];

  /** Scales, normalised to the largest of the row so that products with 2⁻¹¹²-scaled weights stay normal floats. */
  float[] scales = new float[0];

  /** What sums are multiplied by in the end, besides 2⁵⁶. */
  float factor;

  /** Quantizes {@code cols} values. */
  void set(float[] values, int at, int cols) {
    int blocks = Math.ceilDiv(cols, 32);
    if (scales.length < blocks) {
      pairs = new int[blocks * 32];
      starts = new short[blocks];
      scales = new float[blocks];
    }
    float largest = 0;
    for (int block = 0; block < blocks; block++) {
      int from = at + block * 32;
      int to = Math.min(from + 32, at + cols);
      float extreme = 0;
      for (int i = from; i < to; i++) {
        extreme = Math.max(extreme, Math.abs(values[i]));
      }
      largest = Math.max(largest, extreme);
      scales[block] = extreme;
      round(values, from, to - from, extreme, block);
    }
    normalise(blocks, largest);
  }

  private void round(float[] values, int from, int count, float extreme, int block) {
    float inverse = extreme < SMALLEST ? 0 : 127 / extreme;
    int sum = 0;
    int before = 0;
    for (int i = 0; i < 32; i++) {
      int code = i < count ? Math.round(values[from + i] * inverse) : 0;
      sum += code;
      int multiplier = (i & 3) == 0 ? code : code - 16 * before;
      pairs[block * 32 + i] = multiplier & 0xffff | multiplier << 16;
      before = code;
    }
    starts[block] = (short) (-8 * sum);
  }

  private void normalise(int blocks, float largest) {
    int exponent = largest < SMALLEST ? 0 : Math.getExponent(largest);
    float unit = (float) Math.scalb(1.0, 40 - exponent) / 127;
    for (int block = 0; block < blocks; block++) {
      scales[block] *= unit;
    }
    factor = (float) Math.scalb(1.0, exponent);
  }
}

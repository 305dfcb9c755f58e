package dev.tern.kernel.scalar;

/**
 * A row of activations as 8-bit integers with a scale per 32 columns: the plain twin of what the vector kernels
 * multiply 4-bit codes with, bit for bit.
 *
 * <p>Words of four codes are multiplied unmasked, {@code word >>> 4i}; the multiplier of column i is {@code a[i] − 16 ·
 * a[i − 1]}, which takes back what the columns before carried along. All of it is modulo 2¹⁶.
 */
final class PlainQuantized {
  /** Magnitudes below count as zero: their reciprocals overflow. */
  private static final float SMALLEST = 0x1p-80f;

  /** Multipliers, a column each. */
  char[] multipliers = new char[0];

  /** Minus eight times the sum of each 32 activations. */
  char[] starts;

  /** Scales, times 2⁴⁰ over {@link #factor}. */
  float[] scales;

  /** −2¹⁶ · the sum of each 32 activations · their scale. */
  float[] totals;

  /** What sums are multiplied by in the end, besides 2⁻⁵⁶. */
  float factor;

  /** Quantizes {@code cols} values. */
  void set(float[] values, int at, int cols) {
    int blocks = Math.ceilDiv(cols, 32);
    if (multipliers.length < 32 * blocks) {
      multipliers = new char[32 * blocks];
      starts = new char[blocks];
      scales = new float[blocks];
      totals = new float[blocks];
    }
    int largest = 0;
    for (int block = 0; block < blocks; block++) {
      int magnitude = round(values, at, block, Math.min(32, cols - 32 * block));
      largest = Math.max(largest, magnitude);
    }
    normalise(blocks, Float.intBitsToFloat(largest));
  }

  /**
   * Returns the bits of the largest magnitude: as whole numbers, magnitudes keep their order and NaN is the largest.
   */
  private int round(float[] values, int at, int block, int count) {
    int from = at + 32 * block;
    int bits = 0;
    for (int i = from; i < from + count; i++) {
      bits = Math.max(bits, Float.floatToRawIntBits(values[i]) & Integer.MAX_VALUE);
    }
    float largest = Float.intBitsToFloat(bits);
    float inverse = largest < SMALLEST ? 0 : 127 / largest;
    int sum = 0;
    int before = 0;
    for (int i = 0; i < 32; i++) {
      float value = i < count ? values[from + i] : 0;
      int code = Float.floatToRawIntBits(value * inverse + PlainMath.ROUND) - Float.floatToRawIntBits(PlainMath.ROUND);
      multipliers[32 * block + i] = (char) (code - (i % 4 == 0 ? 0 : 16 * before));
      before = code;
      sum += code;
    }
    starts[block] = (char) (-8 * sum);
    scales[block] = largest;
    totals[block] = sum;
    return bits;
  }

  private void normalise(int blocks, float largest) {
    int exponent = largest < SMALLEST ? 0 : Math.getExponent(largest);
    float unit = (float) Math.scalb(1.0, 40 - exponent) / 127;
    for (int block = 0; block < blocks; block++) {
      scales[block] *= unit;
      totals[block] *= -65536 * scales[block];
    }
    factor = (float) Math.scalb(1.0, exponent);
  }
}

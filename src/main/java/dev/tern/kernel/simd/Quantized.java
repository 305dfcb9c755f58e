package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A row of activations as 8-bit integers with a scale per 32 columns, in the form the 4-bit kernels read.
 *
 * <p>Kernels multiply with {@code code >>> 4i} without masking off the higher nibbles; so within each four columns the
 * multiplier of column i is {@code a[i] − 16 · a[i − 1]}, which takes back what the columns before carried along.
 */
final class Quantized {
  /** A vector of shift counts. */
  static final short[] SHIFTS = new short[32];

  static {
    Arrays.fill(SHIFTS, (short) 4);
  }

  /** Magnitudes below count as zero: their reciprocals overflow. */
  private static final float SMALLEST = 0x1p-80f;

  /** Added to a float of small magnitude, rounds it to a whole number in the low bits. */
  private static final float ROUND = 0x1.8p23f;

  /** Multipliers, twice in each int: the broadcast of a 16-bit lane is then a plain load. */
  int[] pairs = new int[0];

  /** Minus eight times the sum of each 32 activations: what taking 8 off the codes adds. */
  short[] starts = new short[0];

  /** Scales, times 2⁴⁰ over {@link #factor}, so that products with 2⁻¹¹²-scaled weights stay normal floats. */
  float[] scales = new float[0];

  /** What the kernels take off the codes, put back: 8 · 2¹⁶ · the sum of each 32 activations · their scale. */
  float[] offsets = new float[0];

  /** −2¹⁶ · the sum of each 32 activations · their scale. */
  float[] totals = new float[0];

  /** What sums are multiplied by in the end, besides 2⁵⁶. */
  float factor;

  private final float[] rounded = new float[32];

  /** Quantizes {@code cols} values. */
  void set(float[] values, int at, int cols) {
    int blocks = Math.ceilDiv(cols, 32);
    if (scales.length < blocks) {
      pairs = new int[blocks * 32];
      starts = new short[blocks];
      scales = new float[blocks];
      offsets = new float[blocks];
      totals = new float[blocks];
    }
    float largest = 0;
    for (int block = 0; block < blocks; block++) {
      int count = Math.min(32, cols - 32 * block);
      scales[block] = extreme(values, at + 32 * block, count);
      largest = Math.max(largest, scales[block]);
      quantize(values, at + 32 * block, count, block);
    }
    normalise(blocks, largest);
  }

  private static float extreme(float[] values, int at, int count) {
    if (count == 32) {
      FloatVector max = FloatVector.zero(F);
      for (int i = 0; i < 32; i += L) {
        max = max.max(FloatVector.fromArray(F, values, at + i).abs());
      }
      return max.reduceLanes(VectorOperators.MAX);
    }
    float max = 0;
    for (int i = at; i < at + count; i++) {
      max = Math.max(max, Math.abs(values[i]));
    }
    return max;
  }

  private void quantize(float[] values, int at, int count, int block) {
    float inverse = scales[block] < SMALLEST ? 0 : 127 / scales[block];
    for (int i = 0; i < count; i++) {
      rounded[i] = values[at + i] * inverse + ROUND;
    }
    Arrays.fill(rounded, count, 32, ROUND);
    int to = 32 * block;
    int sum = 0;
    for (int i = 0; i < 32; i += 4) {
      int a = Float.floatToRawIntBits(rounded[i]) - 0x4b400000;
      int b = Float.floatToRawIntBits(rounded[i + 1]) - 0x4b400000;
      int c = Float.floatToRawIntBits(rounded[i + 2]) - 0x4b400000;
      int d = Float.floatToRawIntBits(rounded[i + 3]) - 0x4b400000;
      sum += a + b + c + d;
      pairs[to + i] = pair(a);
      pairs[to + i + 1] = pair(b - 16 * a);
      pairs[to + i + 2] = pair(c - 16 * b);
      pairs[to + i + 3] = pair(d - 16 * c);
    }
    starts[block] = (short) (-8 * sum);
    totals[block] = -65536f * sum;
  }

  private static int pair(int value) {
    return value & 0xffff | value << 16;
  }

  private void normalise(int blocks, float largest) {
    int exponent = largest < SMALLEST ? 0 : Math.getExponent(largest);
    float unit = (float) Math.scalb(1.0, 40 - exponent) / 127;
    for (int block = 0; block < blocks; block++) {
      scales[block] *= unit;
      totals[block] *= scales[block];
      offsets[block] = -8 * totals[block];
    }
    factor = (float) Math.scalb(1.0, exponent);
  }
}

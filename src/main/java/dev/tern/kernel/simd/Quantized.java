package dev.tern.kernel.simd;

import static dev.tern.kernel.scalar.PlainMath.ROUND;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.L;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MAX;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * A row of activations as 8-bit integers with a scale per 32 columns, in the forms that the kernels read.
 *
 * <p>Kernels of 4-bit codes multiply with {@code code >>> 4i} without masking off the higher nibbles; so within each
 * four columns the multiplier of column i is {@code a[i] − 16 · a[i − 1]}, which takes back what the columns before
 * carried along. Kernels of 8-bit codes do the same with two columns in 16 bits.
 */
final class Quantized {
  /** Makes another form of codes, which begin after {@link #BEFORE} zeros. */
  @FunctionalInterface
  private interface Maker {
    void make(int[] codes, int[] values, int count);
  }

  /** A form of the codes with a value for so many columns, made when a kernel first asks for it. */
  private final class Derived {
    private final int columns;
    private final Maker maker;
    private int[] values = new int[0];
    private boolean made;

    Derived(int columns, Maker maker) {
      this.columns = columns;
      this.maker = maker;
    }

    int[] get() {
      if (!made) {
        int size = count / columns;
        values = values.length < size ? new int[size] : values;
        maker.make(codes, values, count);
        made = true;
      }
      return values;
    }
  }

  /** A vector of shift counts. */
  static final short[] SHIFTS = shifts(4);

  /** Magnitudes below count as zero: their reciprocals overflow. */
  private static final float SMALLEST = 0x1p-80f;

  private static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

  /** Multipliers of 4-bit codes, twice in each int: the broadcast of a 16-bit lane is then a plain load. */
  private final Derived pairs = new Derived(1, Quantized::pair);

  /**
   * For 8-bit codes, three ints per four columns with activations a, b, c, d, the first two for the low half of each: a
   * and c multiply the 16 bits of two codes, b − 256 a and d − 256 c multiply the upper code alone, and what takes the
   * 128 off the codes is added: −128 (a + b) + {@link #LIFT} and −128 (c + d).
   */
  private final Derived triples = new Derived(1, Quantized::triple);

  /**
   * For 8-bit codes below 32 off 128, whose sums of 16 columns stay within 16 bits: for each 16 columns, minus 128
   * times the sum of the activations that meet the low and the high half of an int.
   */
  private final Derived halves = new Derived(16, Quantized::halve);

  /** The values themselves, twice in each int. */
  private final Derived copies = new Derived(1, Quantized::copy);

  /** Sums of 16 values each. */
  private final Derived groups = new Derived(16, Quantized::sum);

  /** Makes sums of two products of the lower half of a word positive, so that the upper half is not borrowed from. */
  static final int LIFT = 1 << 15;

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

  /** Zero where a group of four columns begins. */
  private static final int[] AFTER_FIRST = {0, -1, -1, -1, 0, -1, -1, -1, 0, -1, -1, -1, 0, -1, -1, -1};

  /** The row followed by zeros, where its length is not a multiple of 32. */
  private float[] padded = new float[0];

  /** Columns, up to a whole block. */
  private int count;

  /** Rounded values after {@link #BEFORE} zeros. */
  private int[] codes = new int[0];

  /** Room in front of the codes for a load of the ones before. */
  private static final int BEFORE = 16;

  /** A vector of a shift count. */
  static short[] shifts(int count) {
    short[] shifts = new short[32];
    Arrays.fill(shifts, (short) count);
    return shifts;
  }

  /** Quantizes {@code cols} values. */
  void set(float[] values, int at, int cols) {
    int blocks = Math.ceilDiv(cols, 32);
    grow(blocks);
    if (cols % 32 == 0) {
      round(values, at, blocks);
    } else {
      System.arraycopy(values, at, padded, 0, cols);
      Arrays.fill(padded, cols, 32 * blocks, 0);
      round(padded, 0, blocks);
    }
    normalise(blocks);
    count = 32 * blocks;
    pairs.made = false;
    triples.made = false;
    halves.made = false;
    groups.made = false;
    copies.made = false;
  }

  /** See {@link #pairs}. */
  int[] pairs() {
    return pairs.get();
  }

  /** See {@link #groups}. */
  int[] groups() {
    return groups.get();
  }

  /** See {@link #copies}. */
  int[] copies() {
    return copies.get();
  }

  /** See {@link #triples}. */
  int[] triples() {
    return triples.get();
  }

  /** See {@link #halves}. */
  int[] halves() {
    return halves.get();
  }

  private void grow(int blocks) {
    if (scales.length < blocks) {
      padded = new float[blocks * 32];
      codes = new int[blocks * 32 + BEFORE];
      starts = new short[blocks];
      scales = new float[blocks];
      offsets = new float[blocks];
      totals = new float[blocks];
    }
  }

  /** Leaves largest magnitudes in {@link #scales} and sums in {@link #totals}. */
  private void round(float[] values, int at, int blocks) {
    for (int block = 0; block < blocks; block++) {
      int from = at + 32 * block;
      IntVector bits = IntVector.zero(I);
      for (int i = 0; i < 32; i += L) { // as whole numbers, magnitudes keep their order and NaN is the largest
        bits = FloatVector.fromArray(F, values, from + i).reinterpretAsInts().and(Integer.MAX_VALUE).max(bits);
      }
      float largest = Float.intBitsToFloat(bits.reduceLanes(MAX));
      float inverse = largest < SMALLEST ? 0 : 127 / largest;
      IntVector sum = IntVector.zero(I);
      for (int i = 0; i < 32; i += L) {
        FloatVector scaled = FloatVector.fromArray(F, values, from + i).mul(inverse);
        IntVector code = scaled.add(ROUND).reinterpretAsInts().sub(ROUND_BITS);
        code.intoArray(codes, BEFORE + 32 * block + i);
        sum = code.add(sum);
      }
      scales[block] = largest;
      totals[block] = sum.reduceLanes(ADD);
    }
  }

  private static void pair(int[] codes, int[] pairs, int count) {
    IntVector mask = IntVector.fromArray(I, AFTER_FIRST, 0);
    for (int i = 0; i < count; i += L) {
      IntVector before = IntVector.fromArray(I, codes, BEFORE + i - 1).and(mask).lanewise(LSHL, 4);
      IntVector value = IntVector.fromArray(I, codes, BEFORE + i).sub(before);
      value.and(0xffff).or(value.lanewise(LSHL, 16)).intoArray(pairs, i);
    }
  }

  private static void copy(int[] codes, int[] copies, int count) {
    for (int i = 0; i < count; i += L) {
      IntVector value = IntVector.fromArray(I, codes, BEFORE + i);
      value.and(0xffff).or(value.lanewise(LSHL, 16)).intoArray(copies, i);
    }
  }

  private static void sum(int[] codes, int[] groups, int count) {
    for (int i = 0; i < count; i += 16) {
      IntVector sum = IntVector.fromArray(I, codes, BEFORE + i);
      for (int j = L; j < 16; j += L) {
        sum = IntVector.fromArray(I, codes, BEFORE + i + j).add(sum);
      }
      groups[i / 16] = sum.reduceLanes(ADD);
    }
  }

  private static void triple(int[] codes, int[] triples, int count) {
    for (int i = 0, to = 0; i < count; i += 4, to += 3) {
      int a = codes[BEFORE + i];
      int b = codes[BEFORE + i + 1];
      int c = codes[BEFORE + i + 2];
      int d = codes[BEFORE + i + 3];
      triples[to] = a & 0xffff | c << 16;
      triples[to + 1] = b - (a << 8) & 0xffff | d - (c << 8) << 16;
      triples[to + 2] = LIFT - 128 * (a + b) & 0xffff | -128 * (c + d) << 16;
    }
  }

  private static void halve(int[] codes, int[] halves, int count) {
    for (int i = 0; i < count; i += 16) {
      int low = 0;
      int high = 0;
      for (int j = BEFORE + i; j < BEFORE + i + 16; j += 4) {
        low += codes[j] + codes[j + 1];
        high += codes[j + 2] + codes[j + 3];
      }
      halves[i / 16] = -128 * low & 0xffff | -128 * high << 16;
    }
  }

  private void normalise(int blocks) {
    float largest = 0;
    for (int block = 0; block < blocks; block++) {
      largest = Math.max(largest, scales[block]);
    }
    int exponent = largest < SMALLEST ? 0 : Math.getExponent(largest);
    float unit = (float) Math.scalb(1.0, 40 - exponent) / 127;
    for (int block = 0; block < blocks; block++) {
      starts[block] = (short) (-8 * (int) totals[block]);
      scales[block] *= unit;
      offsets[block] = totals[block] * 8 * 65536 * scales[block];
      totals[block] *= -65536 * scales[block];
    }
    factor = (float) Math.scalb(1.0, exponent);
  }
}

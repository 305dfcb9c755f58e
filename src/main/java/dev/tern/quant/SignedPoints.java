package dev.tern.quant;

/** Points of a {@link Grid} with a sign for each value. */
final class SignedPoints {
  private SignedPoints() {}

  /**
   * Writes {@code scale} times {@code n} grid values from {@code from} on, negated where bit i of {@code signs} is 1.
   */
  static void decode(float[] grid, int from, int n, int signs, float scale, float[] values, int to) {
    for (int i = 0; i < n; i++) {
      int flip = (signs >>> i) << 31;
      values[to + i] = Float.intBitsToFloat(Float.floatToRawIntBits(scale * grid[from + i]) ^ flip);
    }
  }

  /** Seven stored signs and an eighth that makes the number of minus signs even. */
  static int withParity(int seven) {
    int signs = seven & 0x7f;
    return signs | (Integer.bitCount(signs) & 1) << 7;
  }
}

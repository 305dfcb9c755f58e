package dev.tern.quant;

/** Looking up 4-bit codes. */
final class CodeBook {
  private CodeBook() {}

  /** The low halves of {@code n} bytes to {@code values[to ..]}, the high halves to the {@code n} after them. */
  static void decode(byte[] run, int p, float[] codes, float scale, float[] values, int to, int n) {
    for (int i = 0; i < n; i++) {
      int q = run[p + i];
      values[to + i] = scale * codes[q & 15];
      values[to + n + i] = scale * codes[q >> 4 & 15];
    }
  }
}

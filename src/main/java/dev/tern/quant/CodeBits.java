package dev.tern.quant;

/** Writing codes in the arrangements of bits that formats share. */
final class CodeBits {
  private CodeBits() {}

  /**
   * The low four bits of {@code n} codes to the low halves of {@code n} bytes, of the next {@code n} to the high ones.
   */
  static void nibbles(byte[] codes, int from, byte[] bytes, int to, int n) {
    for (int i = 0; i < n; i++) {
      bytes[to + i] = (byte) (codes[from + i] & 15 | codes[from + n + i] << 4);
    }
  }

  /**
   * Two bits, from bit {@code shift} on, of 256 codes to 64 bytes: those of i, i + 32, i + 64 and i + 96 share a byte.
   */
  static void pairs(byte[] codes, int shift, byte[] bytes, int to) {
    for (int i = 0; i < 64; i++) {
      int from = (i >> 5) * 128 + (i & 31);
      int all = 0;
      for (int k = 0; k < 4; k++) {
        all |= (codes[from + 32 * k] >> shift & 3) << 2 * k;
      }
      bytes[to + i] = (byte) all;
    }
  }

  /** Bit {@code shift} of 256 codes to 32 bytes: bit k of byte i is that of code 32 k + i. */
  static void planes(byte[] codes, int shift, byte[] bytes, int to) {
    for (int i = 0; i < 32; i++) {
      int all = 0;
      for (int k = 0; k < 8; k++) {
        all |= (codes[32 * k + i] >> shift & 1) << k;
      }
      bytes[to + i] = (byte) all;
    }
  }

  /** Bit 4 of 32 codes. */
  static int fifthBits(byte[] codes) {
    int all = 0;
    for (int i = 0; i < 32; i++) {
      all |= (codes[i] >> 4 & 1) << i;
    }
    return all;
  }
}

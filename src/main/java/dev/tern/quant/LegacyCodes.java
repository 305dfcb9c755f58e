package dev.tern.quant;

/** Formats with a half float of scale per 32 values and nibbles in two halves: columns 0–15 low, 16–31 high. */
final class LegacyCodes extends BlockCodes {
  private static final int NIBBLES = 0x0f0f0f0f;

  private final int minAt;
  private final int highAt;
  private final int nibblesAt;
  private final int offset;

  /**
   * @param minAt where in a block the minimum is, or -1
   * @param highAt where 32 fifth bits are, or -1
   * @param nibblesAt where the nibbles are
   * @param offset what is added to a code
   */
  private LegacyCodes(int minAt, int highAt, int nibblesAt, int offset) {
    this.minAt = minAt;
    this.highAt = highAt;
    this.nibblesAt = nibblesAt;
    this.offset = offset * 0x01010101;
  }

  static BlockCodes q4_1() {
    return new LegacyCodes(2, -1, 4, 128);
  }

  static BlockCodes q5_0() {
    return new LegacyCodes(-1, 2, 6, 128 - 16);
  }

  static BlockCodes q5_1() {
    return new LegacyCodes(2, 4, 8, 128);
  }

  @Override
  void read(byte[] run, int p) {
    scale = f16(run, p);
    min = minAt < 0 ? 0 : f16(run, p + minAt);
    int high = highAt < 0 ? 0 : Bytes.i32(run, p + highAt);
    for (int i = 0; i < 4; i++) {
      int nibbles = Bytes.i32(run, p + nibblesAt + 4 * i);
      quads[i] = (nibbles & NIBBLES | fifth(high >>> 4 * i)) + offset;
      quads[4 + i] = (nibbles >>> 4 & NIBBLES | fifth(high >>> 16 + 4 * i)) + offset;
    }
  }

  private static void nibbles(int[] quads, byte[] run, int at) {
    for (int i = 0; i < 4; i++) {
      int nibbles = Bytes.i32(run, at + 4 * i);
      quads[i] = nibbles & NIBBLES;
      quads[4 + i] = nibbles >>> 4 & NIBBLES;
    }
  }

  /** Q4_0 and IQ4_NL: nibbles alone, which is faster than taking apart what they do not have. */
  static final class Q4 extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p);
      nibbles(quads, run, p + 2);
    }
  }

  private static int fifth(int bits) {
    return Integer.expand(bits, 0x10101010);
  }

  /** Q8_0: a half float and 32 signed bytes. */
  static final class Q8 extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p);
      for (int i = 0; i < 8; i++) {
        quads[i] = Bytes.i32(run, p + 2 + 4 * i) ^ 0x80808080;
      }
    }
  }

  /** MXFP4 within the range of half floats: a power of two instead of a scale. */
  static final class Mx extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = Float.floatToFloat16(MXFP4.halfScale(Bytes.u8(run, p)));
      nibbles(quads, run, p + 1);
    }
  }
}

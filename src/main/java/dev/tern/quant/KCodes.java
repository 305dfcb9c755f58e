package dev.tern.quant;

/** The formats with super-blocks of 256 values; each class reads what the codec of its name describes. */
final class KCodes {
  private static final int TWO_BITS = 0x03030303;
  private static final int NIBBLES = 0x0f0f0f0f;
  private static final int ONES = 0x01010101;

  private KCodes() {}

  static final class Q2 extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p + 80);
      min = f16(run, p + 82);
      for (int group = 0; group < 16; group++) {
        scales[group] = run[p + group] & 15;
        mins[group] = run[p + group] >> 4 & 15;
      }
      for (int i = 0; i < 64; i++) {
        quads[i] = low2(run, p + 16, i);
      }
    }
  }

  /** Two-bit codes as in Q2_K: four columns of quad {@code quad}. */
  private static int low2(byte[] run, int at, int quad) {
    int half = quad >> 5;
    int shift = (quad >> 3 & 3) * 2;
    return Bytes.i32(run, at + half * 32 + (quad & 7) * 4) >>> shift & TWO_BITS;
  }

  /** Codes are those of {@link Codebook#SIGNED}. */
  static final class Q3 extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p + 108);
      for (int group = 0; group < 16; group++) {
        scales[group] = Q3_K.scale(run, p + 96, group) - 32;
      }
      for (int i = 0; i < 64; i++) {
        int high = Bytes.i32(run, p + (i & 7) * 4) >>> (i >> 3) & ONES;
        quads[i] = (low2(run, p + 32, i) | high << 2) + 4 * ONES;
      }
    }
  }

  static final class Q4 extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p);
      min = f16(run, p + 2);
      scalesAndMins(this, run, p + 4);
      for (int i = 0; i < 64; i++) {
        quads[i] = nibbles(run, p + 16, i);
      }
    }
  }

  static final class Q5 extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p);
      min = f16(run, p + 2);
      scalesAndMins(this, run, p + 4);
      for (int i = 0; i < 64; i++) {
        int high = Bytes.i32(run, p + 16 + (i & 7) * 4) >>> (i >> 3) & ONES;
        quads[i] = nibbles(run, p + 48, i) | high << 4 | 0x80808080;
      }
    }
  }

  private static void scalesAndMins(BlockCodes codes, byte[] run, int at) {
    for (int group = 0; group < 8; group++) {
      codes.scales[2 * group] = ScalesAndMins.scale(run, at, group);
      codes.scales[2 * group + 1] = codes.scales[2 * group];
      codes.mins[2 * group] = ScalesAndMins.min(run, at, group);
      codes.mins[2 * group + 1] = codes.mins[2 * group];
    }
  }

  /** 4-bit codes as in Q4_K: each 32 bytes hold 32 columns in the low and the next 32 in the high halves. */
  private static int nibbles(byte[] run, int at, int quad) {
    return Bytes.i32(run, at + (quad >> 4) * 32 + (quad & 7) * 4) >>> (quad >> 3 & 1) * 4 & NIBBLES;
  }

  static final class Q6 extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p + 208);
      for (int group = 0; group < 16; group++) {
        scales[group] = run[p + 192 + group];
      }
      for (int i = 0; i < 64; i++) {
        int half = i >> 5;
        int low = Bytes.i32(run, p + half * 64 + (i & 15) * 4) >>> (i >> 4 & 1) * 4 & NIBBLES;
        int high = Bytes.i32(run, p + 128 + half * 32 + (i & 7) * 4) >>> (i >> 3 & 3) * 2 & TWO_BITS;
        quads[i] = (low | high << 4) + (128 - 32) * ONES;
      }
    }
  }

  /** IQ4_XS, with the codes of {@link Codebook#IQ4_NL}. */
  static final class Iq4 extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p);
      int high = Bytes.u16(run, p + 2);
      for (int group = 0; group < 8; group++) {
        int low = run[p + 4 + (group >> 1)] >> (group & 1) * 4 & 15;
        scales[2 * group] = (low | (high >> 2 * group & 3) << 4) - 32;
        scales[2 * group + 1] = scales[2 * group];
      }
      for (int i = 0; i < 64; i++) {
        quads[i] = Bytes.i32(run, p + 8 + (i >> 3) * 16 + (i & 3) * 4) >>> (i >> 2 & 1) * 4 & NIBBLES;
      }
    }
  }
}

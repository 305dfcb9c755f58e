package dev.tern.quant;

/**
 * The IQ formats: points of a {@link Grid} with signs, looked up four columns at a time as codes of their codebook;
 * each class reads what the codec of its name describes.
 */
final class GridCodes {
  /** One bit in each byte for four signs: codebooks have a value and its negative in codes that differ in bit 0. */
  private static final int[] FLIPS = new int[16];

  static {
    for (int signs = 0; signs < FLIPS.length; signs++) {
      FLIPS[signs] = Integer.expand(signs, 0x01010101);
    }
  }

  private GridCodes() {}

  /** The quads of all points, whose values are {@code unit (point + shift)}. */
  private static int[] quads(Grid grid, Codebook codebook, float shift, float unit) {
    float[] points = grid.points();
    int[] quads = new int[points.length / 4];
    for (int i = 0; i < points.length; i++) {
      quads[i >> 2] |= codebook.nearest(unit * (points[i] + shift)) << 8 * (i & 3);
    }
    return quads;
  }

  /** A scale of 4 bits. */
  private static int odd(int bits) {
    return 2 * (bits & 15) + 1;
  }

  static final class Iq2xxs extends BlockCodes {
    private static final int[] QUADS = quads(Grid.IQ2_XXS, Codebook.IQ2, 0, 0.125f);

    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p);
      for (int i = 0; i < 32; i++) {
        int from = p + 2 + (i >> 2) * 8;
        int bits = Bytes.i32(run, from + 4);
        int signs = SignedPoints.withParity(bits >>> 7 * (i & 3));
        scales[i >> 1] = odd(bits >>> 28);
        pair(quads, i, QUADS, Bytes.u8(run, from + (i & 3)), signs);
      }
    }
  }

  /** Eight columns. */
  private static void pair(int[] quads, int i, int[] table, int point, int signs) {
    quads[2 * i] = table[2 * point] ^ FLIPS[signs & 15];
    quads[2 * i + 1] = table[2 * point + 1] ^ FLIPS[signs >> 4 & 15];
  }

  static final class Iq2xs extends BlockCodes {
    private static final int[] QUADS = quads(Grid.IQ2_XS, Codebook.IQ2, 0, 0.125f);

    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p);
      for (int i = 0; i < 32; i++) {
        int code = Bytes.u16(run, p + 2 + i * 2);
        scales[i >> 1] = odd(run[p + 66 + (i >> 2)] >> (i & 2) * 2);
        pair(quads, i, QUADS, code & 511, SignedPoints.withParity(code >> 9));
      }
    }
  }

  static final class Iq2s extends BlockCodes {
    private static final int[] QUADS = quads(Grid.IQ2_S, Codebook.IQ2, 0, 0.125f);

    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p);
      for (int i = 0; i < 32; i++) {
        int high = run[p + 66 + (i >> 2)] >> (i & 3) * 2 & 3;
        scales[i >> 1] = odd(run[p + 74 + (i >> 2)] >> (i & 2) * 2);
        pair(quads, i, QUADS, Bytes.u8(run, p + 2 + i) | high << 8, run[p + 34 + i]);
      }
    }
  }

  static final class Iq3xxs extends BlockCodes {
    private static final int[] QUADS = quads(Grid.IQ3_XXS, Codebook.IQ3_XXS, 0, 0.25f);

    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p);
      for (int i = 0; i < 64; i++) {
        int bits = Bytes.i32(run, p + 66 + (i >> 3) * 4);
        int signs = SignedPoints.withParity(bits >>> 7 * (i >> 1 & 3)) >> (i & 1) * 4;
        scales[i >> 2] = odd(bits >>> 28);
        quads[i] = QUADS[Bytes.u8(run, p + 2 + i)] ^ FLIPS[signs & 15];
      }
    }
  }

  static final class Iq3s extends BlockCodes {
    private static final int[] QUADS = quads(Grid.IQ3_S, Codebook.IQ3_S, 0, 1);

    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p);
      for (int i = 0; i < 64; i++) {
        int high = run[p + 66 + (i >> 3)] >> (i & 7) & 1;
        int signs = run[p + 74 + (i >> 1)] >> (i & 1) * 4;
        scales[i >> 2] = odd(run[p + 106 + (i >> 4)] >> (i >> 3 & 1) * 4);
        quads[i] = QUADS[Bytes.u8(run, p + 2 + i) | high << 8] ^ FLIPS[signs & 15];
      }
    }
  }

  /** Points shifted up and, after them, points shifted down. */
  private static final class Iq1 {
    private static final int[] UP = quads(Grid.IQ1_S, Codebook.IQ1, IQ1_S.SHIFT, 1);
    private static final int[] DOWN = quads(Grid.IQ1_S, Codebook.IQ1, -IQ1_S.SHIFT, 1);

    private static void pair(int[] quads, int i, int point, boolean down) {
      int[] table = down ? DOWN : UP;
      quads[2 * i] = table[2 * point];
      quads[2 * i + 1] = table[2 * point + 1];
    }
  }

  static final class Iq1s extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p);
      for (int i = 0; i < 32; i++) {
        int group = Bytes.u16(run, p + 34 + (i >> 2) * 2);
        int point = Bytes.u8(run, p + 2 + i) | (group >> 3 * (i & 3) & 7) << 8;
        scales[i >> 1] = odd(group >> 12 & 7);
        Iq1.pair(quads, i, point, (group & 0x8000) != 0);
      }
    }
  }

  static final class Iq1m extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = IQ1_M.scaleBits(run, p + 48);
      for (int i = 0; i < 32; i++) {
        int high = run[p + 32 + (i >> 1)] >> (i & 1) * 4;
        scales[i >> 1] = odd(Bytes.u16(run, p + 48 + (i >> 3) * 2) >> 3 * (i >> 1 & 3) & 7);
        Iq1.pair(quads, i, Bytes.u8(run, p + i) | (high & 7) << 8, (high & 8) != 0);
      }
    }
  }
}

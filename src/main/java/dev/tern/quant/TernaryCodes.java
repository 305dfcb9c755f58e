package dev.tern.quant;

/** Formats with values −1, 0 and 1, or 2, as codes of {@link Codebook#SIGNED}; see the codecs of their names. */
final class TernaryCodes {
  /** The code of −1 in each byte. */
  private static final int LOWEST = 0x07070707;

  private static final int TWO_BITS = 0x03030303;

  private TernaryCodes() {}

  static final class Q1 extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p);
      for (int i = 0; i < 32; i++) {
        quads[i] = LOWEST + 2 * Integer.expand(run[p + 2 + (i >> 1)] >> (i & 1) * 4 & 15, 0x01010101);
      }
    }
  }

  static final class Q2 extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p);
      for (int i = 0; i < 16; i++) {
        quads[i] = LOWEST + Integer.expand(run[p + 2 + i], TWO_BITS);
      }
    }
  }

  static final class Tq2 extends BlockCodes {
    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p + 64);
      for (int i = 0; i < 64; i++) {
        int from = p + (i >> 5) * 32 + (i & 7) * 4;
        quads[i] = LOWEST + (Bytes.i32(run, from) >>> (i >> 3 & 3) * 2 & TWO_BITS);
      }
    }
  }

  static final class Tq1 extends BlockCodes {
    /** The five digits of each byte, four bits each. */
    private static final int[] DIGITS = new int[256];

    static {
      for (int code = 0; code < DIGITS.length; code++) {
        int rest = code;
        for (int digit = 0; digit < 5; digit++) {
          DIGITS[code] |= (rest * 3 >> 8) << 4 * digit;
          rest = rest * 3 & 255;
        }
      }
    }

    @Override
    void read(byte[] run, int p) {
      scale = f16(run, p + 52);
      digits(run, p, 8, 5, 0);
      digits(run, p + 32, 4, 5, 40);
      digits(run, p + 48, 1, 4, 60);
    }

    /** Of {@code count} times four bytes: all first digits, all second ones, … */
    private void digits(byte[] run, int p, int count, int digits, int to) {
      for (int i = 0; i < count; i++) {
        int a = DIGITS[Bytes.u8(run, p + 4 * i)];
        int b = DIGITS[Bytes.u8(run, p + 4 * i + 1)];
        int c = DIGITS[Bytes.u8(run, p + 4 * i + 2)];
        int d = DIGITS[Bytes.u8(run, p + 4 * i + 3)];
        for (int digit = 0; digit < digits; digit++) {
          int shift = 4 * digit;
          quads[to + digit * count + i] =
              LOWEST + (a >> shift & 3 | (b >> shift & 3) << 8 | (c >> shift & 3) << 16 | (d >> shift & 3) << 24);
        }
      }
    }
  }
}

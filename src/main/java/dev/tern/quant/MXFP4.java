package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 32 values of the OCP Microscaling format MXFP4: a power of two as its biased exponent (E8M0), then 16 bytes of 4-bit
 * floats (E2M1) as in {@link Q4_0}.
 */
final class MXFP4 extends EncodingFormat {
  /** Twice what the E2M1 codes stand for, so that all are whole. */
  static final float[] CODES = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  /** The largest exponent at which all levels are finite. */
  private static final int MOST = 252;

  private static final Levels LEVELS = Levels.of(CODES);

  MXFP4() {
    super(TensorType.MXFP4);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 17, to += 32) {
      CodeBook.decode(run, p + 1, CODES, halfScale(Bytes.u8(run, p)), values, to, 16);
    }
  }

  /** {@code 2^(exponent - 128)}, exact for every exponent; the two smallest are subnormal. */
  static float halfScale(int exponent) {
    return Math.scalb(1f, exponent - 128);
  }

  /** Of the three exponents that bring the largest value near the largest level, the one with the least error. */
  @Override
  void encode(Block block, byte[] bytes) {
    int middle = Math.getExponent(block.unit()) + 125;
    int best = 0;
    float least = Float.POSITIVE_INFINITY;
    for (int exponent = Math.max(middle - 1, 0); exponent <= Math.min(middle + 1, MOST); exponent++) {
      float error = LEVELS.error(block, 0, 32, halfScale(exponent) / block.unit());
      if (error < least) {
        least = error;
        best = exponent;
      }
    }
    LEVELS.assign(block, 0, 32, halfScale(best) / block.unit());
    bytes[0] = (byte) best;
    CodeBits.nibbles(block.codes, 0, bytes, 1, 16);
  }
}

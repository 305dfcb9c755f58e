package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** 8-bit floats with 4 exponent and 3 mantissa bits, no infinity (OCP OFP8 E4M3, "fn"). */
final class F8_E4M3 extends BlockFormat {
  private static final float[] VALUES = new float[256];

  static {
    for (int bits = 0; bits < 256; bits++) {
      VALUES[bits] = value(bits);
    }
  }

  F8_E4M3() {
    super(TensorType.F8_E4M3);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int i = 0; i < blocks; i++) {
      values[at + i] = VALUES[run[i] & 255];
    }
  }

  /** The same fields read as f16 are off by the difference of the biases, 15 - 7 = 8 powers of two. */
  static float value(int bits) {
    if ((bits & 0x7f) == 0x7f) {
      return Float.NaN;
    }
    return Float.float16ToFloat((short) ((bits & 0x80) << 8 | (bits & 0x7f) << 7)) * 256;
  }
}

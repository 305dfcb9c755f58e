package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** 8-bit floats with 5 exponent and 2 mantissa bits: the upper byte of an f16 (OCP OFP8 E5M2). */
final class F8_E5M2 extends BlockFormat {
  F8_E5M2() {
    super(TensorType.F8_E5M2);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int i = 0; i < blocks; i++) {
      values[at + i] = Float.float16ToFloat((short) (run[i] << 8));
    }
  }
}

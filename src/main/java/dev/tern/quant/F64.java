package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** IEEE 754 binary64, rounded to binary32. */
final class F64 extends BlockFormat {
  F64() {
    super(TensorType.F64);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int i = 0; i < blocks; i++) {
      values[at + i] = (float) Bytes.f64(run, 8 * i);
    }
  }
}

package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** IEEE 754 binary16. */
final class F16 extends ShortFormat {
  F16() {
    super(TensorType.F16);
  }

  @Override
  void decode(short[] run, int count, float[] values, int at) {
    for (int i = 0; i < count; i++) {
      values[at + i] = Float.float16ToFloat(run[i]);
    }
  }
}

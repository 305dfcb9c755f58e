package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** IEEE 754 binary16. Finite values that are too large become the largest finite one. */
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

  @Override
  void encode(float[] values, int at, short[] run, int count) {
    for (int i = 0; i < count; i++) {
      float value = values[at + i];
      run[i] = Float.floatToFloat16(Float.isFinite(value) ? Math.clamp(value, -Bytes.MAX_F16, Bytes.MAX_F16) : value);
    }
  }
}

package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** 32 values {@code d q}: d as f16, then 32 signed bytes. */
final class Q8_0 extends BlockFormat {
  Q8_0() {
    super(TensorType.Q8_0);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 34, to += 32) {
      float d = Bytes.f16(run, p);
      for (int i = 0; i < 32; i++) {
        values[to + i] = d * run[p + 2 + i];
      }
    }
  }
}

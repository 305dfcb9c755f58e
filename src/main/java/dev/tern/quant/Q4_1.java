package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** 32 values {@code d q + m}: d and m as f16, then 16 bytes of 4-bit q, low halves first. */
final class Q4_1 extends BlockFormat {
  Q4_1() {
    super(TensorType.Q4_1);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 20, to += 32) {
      float d = Bytes.f16(run, p);
      float m = Bytes.f16(run, p + 2);
      for (int i = 0; i < 16; i++) {
        int q = run[p + 4 + i];
        values[to + i] = d * (q & 15) + m;
        values[to + 16 + i] = d * (q >> 4 & 15) + m;
      }
    }
  }
}

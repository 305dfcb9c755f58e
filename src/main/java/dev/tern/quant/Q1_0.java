package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** 128 values d or -d: d as f16, then 128 bits, 1 for d. */
final class Q1_0 extends BlockFormat {
  Q1_0() {
    super(TensorType.Q1_0);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 18, to += 128) {
      float d = Bytes.f16(run, p);
      for (int i = 0; i < 128; i++) {
        values[to + i] = d * ((run[p + 2 + (i >> 3)] >> (i & 7) & 1) * 2 - 1);
      }
    }
  }
}

package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** 64 values {@code d (q - 1)}: d as f16, then 16 bytes with four consecutive 2-bit q each. */
final class Q2_0 extends BlockFormat {
  Q2_0() {
    super(TensorType.Q2_0);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 18, to += 64) {
      float d = Bytes.f16(run, p);
      for (int i = 0; i < 64; i++) {
        values[to + i] = d * ((run[p + 2 + (i >> 2)] >> (i & 3) * 2 & 3) - 1);
      }
    }
  }
}

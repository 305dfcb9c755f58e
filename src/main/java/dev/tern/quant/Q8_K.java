package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** 256 values {@code d q}: d as f32, 256 signed bytes, then 16 sums of 16 codes each, which decoding does not need. */
final class Q8_K extends BlockFormat {
  Q8_K() {
    super(TensorType.Q8_K);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 292, to += 256) {
      float d = Bytes.f32(run, p);
      for (int i = 0; i < 256; i++) {
        values[to + i] = d * run[p + 4 + i];
      }
    }
  }
}

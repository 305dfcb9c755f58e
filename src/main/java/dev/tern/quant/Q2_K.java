package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 values {@code d s q - dmin m} in 16 groups of 16: 16 bytes of 4-bit s and m (low and high half), 64 bytes of
 * 2-bit q, d and dmin as f16. Byte i of each 32 of q holds the values i, i + 32, i + 64 and i + 96 of 128.
 */
final class Q2_K extends BlockFormat {
  Q2_K() {
    super(TensorType.Q2_K);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 84, to += 256) {
      float d = Bytes.f16(run, p + 80);
      float min = Bytes.f16(run, p + 82);
      for (int group = 0; group < 16; group++) {
        int scales = run[p + group];
        float scale = d * (scales & 15);
        float offset = min * (scales >> 4 & 15);
        int from = p + 16 + (group >> 3) * 32 + (group & 1) * 16;
        int shift = group & 6;
        for (int i = 0; i < 16; i++) {
          values[to + group * 16 + i] = scale * (run[from + i] >> shift & 3) - offset;
        }
      }
    }
  }
}

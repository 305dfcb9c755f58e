package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 values {@code d (s + 1/2) / 4 · ±grid}: d as f16, 32 bytes with the low 8 bits of indices of the grid, 32 bytes
 * of signs, 8 bytes with the high 2 bits of the indices, 8 bytes of 4-bit s, each for 16 values, low halves first.
 */
final class IQ2_S extends BlockFormat {
  IQ2_S() {
    super(TensorType.IQ2_S);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    float[] grid = Grid.IQ2_S.points();
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 82, to += 256) {
      float d = Bytes.f16(run, p);
      for (int i = 0; i < 32; i++) {
        int high = run[p + 66 + (i >> 2)] >> (i & 3) * 2 & 3;
        int point = (Bytes.u8(run, p + 2 + i) | high << 8) * 8;
        int scale = run[p + 74 + (i >> 2)] >> (i & 2) * 2 & 15;
        SignedPoints.decode(grid, point, 8, run[p + 34 + i], d * (0.5f + scale) * 0.25f, values, to + i * 8);
      }
    }
  }
}

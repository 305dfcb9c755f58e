package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 values {@code d (2 s + 1) · ±grid}: d as f16, 64 bytes with the low 8 bits of indices of the grid of points of 4
 * values, 8 bytes with their ninth bits, 32 bytes of signs, 4 bytes of 4-bit s, each for 32 values, low halves first.
 */
final class IQ3_S extends BlockFormat {
  IQ3_S() {
    super(TensorType.IQ3_S);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    float[] grid = Grid.IQ3_S.points();
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 110, to += 256) {
      float d = Bytes.f16(run, p);
      for (int i = 0; i < 64; i++) {
        int high = run[p + 66 + (i >> 3)] >> (i & 7) & 1;
        int point = (Bytes.u8(run, p + 2 + i) | high << 8) * 4;
        int scale = run[p + 106 + (i >> 4)] >> (i >> 3 & 1) * 4 & 15;
        int flips = run[p + 74 + (i >> 1)] >> (i & 1) * 4;
        SignedPoints.decode(grid, point, 4, flips, d * (1 + 2 * scale), values, to + i * 4);
      }
    }
  }
}

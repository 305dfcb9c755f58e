package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 values {@code d (s + 1/2) / 4 · ±grid}: d as f16, 32 times 16 bits with a 9-bit index of the grid and 7 signs, 8
 * bytes of 4-bit s, each for 16 values, low halves first.
 */
final class IQ2_XS extends BlockFormat {
  IQ2_XS() {
    super(TensorType.IQ2_XS);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    float[] grid = Grid.IQ2_XS.points();
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 74, to += 256) {
      float d = Bytes.f16(run, p);
      for (int i = 0; i < 32; i++) {
        int code = Bytes.u16(run, p + 2 + i * 2);
        int scale = run[p + 66 + (i >> 2)] >> (i & 2) * 2 & 15;
        int flips = SignedPoints.withParity(code >> 9);
        SignedPoints.decode(grid, (code & 511) * 8, 8, flips, d * (0.5f + scale) * 0.25f, values, to + i * 8);
      }
    }
  }
}

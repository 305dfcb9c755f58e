package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 values {@code d (s + 1/2) / 2 · ±grid} in 8 groups of 32: d as f16, 64 bytes that index the grid of points of 4
 * values, then for each group 32 bits with 4 times 7 signs and, on top, the 4-bit s.
 */
final class IQ3_XXS extends BlockFormat {
  IQ3_XXS() {
    super(TensorType.IQ3_XXS);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    float[] grid = Grid.IQ3_XXS.points();
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 98, to += 256) {
      float d = Bytes.f16(run, p);
      for (int i = 0; i < 64; i++) {
        int signs = Bytes.i32(run, p + 66 + (i >> 3) * 4);
        float scale = d * (0.5f + (signs >>> 28)) * 0.5f;
        int flips = SignedPoints.withParity(signs >>> 7 * (i >> 1 & 3)) >> (i & 1) * 4;
        SignedPoints.decode(grid, Bytes.u8(run, p + 2 + i) * 4, 4, flips, scale, values, to + i * 4);
      }
    }
  }
}

package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 values {@code d (s + 1/2) / 4 · ±grid} in 8 groups of 32: d as f16, then for each group 4 bytes that index the
 * grid and 32 bits with 4 times 7 signs and, on top, the 4-bit s.
 */
final class IQ2_XXS extends BlockFormat {
  IQ2_XXS() {
    super(TensorType.IQ2_XXS);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    float[] grid = Grid.IQ2_XXS.points();
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 66, to += 256) {
      float d = Bytes.f16(run, p);
      for (int group = 0; group < 8; group++) {
        int from = p + 2 + group * 8;
        int signs = Bytes.i32(run, from + 4);
        float scale = d * (0.5f + (signs >>> 28)) * 0.25f;
        for (int i = 0; i < 4; i++) {
          int point = Bytes.u8(run, from + i) * 8;
          int flips = SignedPoints.withParity(signs >>> 7 * i);
          SignedPoints.decode(grid, point, 8, flips, scale, values, to + group * 32 + i * 8);
        }
      }
    }
  }
}

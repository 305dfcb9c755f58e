package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 values {@code d (2 s + 1) (grid ± 1/8)} in 8 groups of 32: d as f16, 32 bytes with the low 8 bits of indices of
 * the grid, then 16 bits for each group: 4 times the high 3 bits of an index, the 3-bit s, and the sign of the shift.
 */
final class IQ1_S extends BlockFormat {
  /** The shift of all values of a group. */
  static final float SHIFT = 0.125f;

  IQ1_S() {
    super(TensorType.IQ1_S);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    float[] grid = Grid.IQ1_S.points();
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 50, to += 256) {
      float d = Bytes.f16(run, p);
      for (int i = 0; i < 32; i++) {
        int group = Bytes.u16(run, p + 34 + (i >> 2) * 2);
        int point = (Bytes.u8(run, p + 2 + i) | (group >> 3 * (i & 3) & 7) << 8) * 8;
        float shift = (group & 0x8000) == 0 ? SHIFT : -SHIFT;
        shifted(grid, point, shift, d * (2 * (group >> 12 & 7) + 1), values, to + i * 8);
      }
    }
  }

  /** Writes {@code scale (point + shift)}. */
  static void shifted(float[] grid, int point, float shift, float scale, float[] values, int to) {
    for (int i = 0; i < 8; i++) {
      values[to + i] = scale * (grid[point + i] + shift);
    }
  }
}

package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 values {@code d (2 s + 1) (grid ± 1/8)} with the grid of {@link IQ1_S}: 32 bytes with the low 8 bits of indices,
 * 16 bytes with 4 bits for each index (its high 3 bits and the sign of the shift), 4 times 16 bits with 3-bit s for 4
 * groups of 16 values and, on top, 4 bits of d, which is an f16, lowest bits first.
 */
final class IQ1_M extends BlockFormat {
  IQ1_M() {
    super(TensorType.IQ1_M);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    float[] grid = Grid.IQ1_S.points();
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 56, to += 256) {
      float d = Float.float16ToFloat(scaleBits(run, p + 48));
      for (int i = 0; i < 32; i++) {
        int high = run[p + 32 + (i >> 1)] >> (i & 1) * 4;
        int point = (Bytes.u8(run, p + i) | (high & 7) << 8) * 8;
        int scale = Bytes.u16(run, p + 48 + (i >> 3) * 2) >> 3 * (i >> 1 & 3) & 7;
        float shift = (high & 8) == 0 ? IQ1_S.SHIFT : -IQ1_S.SHIFT;
        IQ1_S.shifted(grid, point, shift, d * (2 * scale + 1), values, to + i * 8);
      }
    }
  }

  /** The f16 whose bits are spread over the scales. */
  static short scaleBits(byte[] run, int at) {
    int bits = 0;
    for (int i = 0; i < 4; i++) {
      bits |= Bytes.u16(run, at + 2 * i) >> 12 << 4 * i;
    }
    return (short) bits;
  }
}

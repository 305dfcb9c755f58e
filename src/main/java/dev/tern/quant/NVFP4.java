package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 64 values in 4 groups of 16: 4 scales as unsigned 8-bit floats (UE4M3), then 32 bytes of 4-bit floats (E2M1), 8 for
 * each group, low halves first. A second scale for the whole tensor, if there is one, is a tensor of its own.
 */
final class NVFP4 extends BlockFormat {
  NVFP4() {
    super(TensorType.NVFP4);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 36, to += 64) {
      for (int group = 0; group < 4; group++) {
        float half = halfScale(Bytes.u8(run, p + group));
        CodeBook.decode(run, p + 4 + group * 8, MXFP4.CODES, half, values, to + group * 16, 8);
      }
    }
  }

  /** Half the UE4M3 value, for codes that are doubled. The sign bit is ignored; NaN (0x7f) counts as 0, as in ggml. */
  private static float halfScale(int bits) {
    int magnitude = bits & 0x7f;
    return magnitude == 0x7f ? 0 : F8_E4M3.value(magnitude) * 0.5f;
  }
}

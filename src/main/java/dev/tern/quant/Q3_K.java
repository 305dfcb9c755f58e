package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import java.util.Arrays;

/**
 * 256 values {@code d (s - 32) (q - 4)} in 16 groups of 16: 32 bytes with the high bit of the 3-bit q, 64 bytes with
 * its low bits as in {@link Q2_K}, 12 bytes of 6-bit s, d as f16. Bit k of high byte i belongs to value 32 k + i.
 */
final class Q3_K extends EncodingFormat {
  private static final ScaledGroups GROUPS = new ScaledGroups(Levels.uniform(-4, 3), Images.around(-4, 3, 10), 16, -32);

  Q3_K() {
    super(TensorType.Q3_K);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 110, to += 256) {
      float d = Bytes.f16(run, p + 108);
      for (int group = 0; group < 16; group++) {
        float scale = d * (scale(run, p + 96, group) - 32);
        int high = p + (group & 1) * 16;
        int low = p + 32 + (group >> 3) * 32 + (group & 1) * 16;
        int shift = group & 6;
        int bit = group >> 1;
        for (int i = 0; i < 16; i++) {
          int q = run[low + i] >> shift & 3 | (run[high + i] >> bit & 1) << 2;
          values[to + group * 16 + i] = scale * (q - 4);
        }
      }
    }
  }

  /** The low four bits of scales g and g + 8 share byte g; the high two of g, g + 4, g + 8, g + 12 share byte 8 + g. */
  static int scale(byte[] run, int at, int group) {
    int low = run[at + (group & 7)] >> (group >> 3) * 4 & 15;
    int high = run[at + 8 + (group & 3)] >> (group >> 2) * 2 & 3;
    return low | high << 4;
  }

  @Override
  void encode(Block block, byte[] bytes) {
    ScaledGroups.Choice choice = GROUPS.fit(block);
    CodeBits.planes(block.codes, 2, bytes, 0);
    CodeBits.pairs(block.codes, 0, bytes, 32);
    Arrays.fill(bytes, 96, 108, (byte) 0);
    for (int group = 0; group < 16; group++) {
      int scale = choice.scales()[group] + 32;
      bytes[96 + (group & 7)] |= (byte) ((scale & 15) << (group >> 3) * 4);
      bytes[104 + (group & 3)] |= (byte) (scale >> 4 << (group >> 2) * 2);
    }
    block.putScale(choice.d(), bytes, 108);
  }
}

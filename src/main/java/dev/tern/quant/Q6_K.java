package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 values {@code d s (q - 32)} in 16 groups of 16: 128 bytes with the low four bits of q, 64 bytes with the high
 * two, 16 signed bytes s, d as f16. In each half of 128 values, byte i of 64 low bytes holds the values i and i + 64,
 * byte i of 32 high bytes the values i, i + 32, i + 64 and i + 96.
 */
final class Q6_K extends EncodingFormat {
  private static final ScaledGroups GROUPS =
      new ScaledGroups(Levels.uniform(-32, 31), Images.around(-32, 31, 12), 16, -128);

  Q6_K() {
    super(TensorType.Q6_K);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 210, to += 256) {
      float d = Bytes.f16(run, p + 208);
      for (int group = 0; group < 16; group++) {
        float scale = d * run[p + 192 + group];
        int half = group >> 3;
        int low = p + half * 64 + (group & 3) * 16;
        int high = p + 128 + half * 32 + (group & 1) * 16;
        int lowShift = group & 4;
        int highShift = group & 6;
        for (int i = 0; i < 16; i++) {
          int q = run[low + i] >> lowShift & 15 | (run[high + i] >> highShift & 3) << 4;
          values[to + group * 16 + i] = scale * (q - 32);
        }
      }
    }
  }

  @Override
  void encode(Block block, byte[] bytes) {
    ScaledGroups.Choice choice = GROUPS.fit(block);
    CodeBits.nibbles(block.codes, 0, bytes, 0, 64);
    CodeBits.nibbles(block.codes, 128, bytes, 64, 64);
    CodeBits.pairs(block.codes, 4, bytes, 128);
    for (int group = 0; group < 16; group++) {
      bytes[192 + group] = (byte) choice.scales()[group];
    }
    block.putScale(choice.d(), bytes, 208);
  }
}

package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 values {@code d s q - dmin m} in 16 groups of 16: 16 bytes of 4-bit s and m (low and high half), 64 bytes of
 * 2-bit q, d and dmin as f16. Byte i of each 32 of q holds the values i, i + 32, i + 64 and i + 96 of 128.
 */
final class Q2_K extends EncodingFormat {
  private static final AffineGroups GROUPS = new AffineGroups(new AffineLevels(3, false), 16, 15);

  Q2_K() {
    super(TensorType.Q2_K);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 84, to += 256) {
      float d = Bytes.f16(run, p + 80);
      float min = Bytes.f16(run, p + 82);
      for (int group = 0; group < 16; group++) {
        int scales = run[p + group];
        float scale = d * (scales & 15);
        float offset = min * (scales >> 4 & 15);
        int from = p + 16 + (group >> 3) * 32 + (group & 1) * 16;
        int shift = group & 6;
        for (int i = 0; i < 16; i++) {
          values[to + group * 16 + i] = scale * (run[from + i] >> shift & 3) - offset;
        }
      }
    }
  }

  @Override
  void encode(Block block, byte[] bytes) {
    AffineGroups.Choice choice = GROUPS.fit(block);
    for (int group = 0; group < 16; group++) {
      bytes[group] = (byte) (choice.scales()[group] | choice.mins()[group] << 4);
    }
    CodeBits.pairs(block.codes, 0, bytes, 16);
    block.putScale(choice.d(), bytes, 80);
    block.putScale(choice.dmin(), bytes, 82);
  }
}

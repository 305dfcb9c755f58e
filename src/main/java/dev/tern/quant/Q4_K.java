package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 values {@code d s q - dmin m} in 8 groups of 32: d and dmin as f16, {@link ScalesAndMins}, 128 bytes of 4-bit q.
 * Each 32 bytes of q hold one group in the low and the next in the high halves.
 */
final class Q4_K extends EncodingFormat {
  private static final AffineGroups GROUPS = new AffineGroups(new AffineLevels(15, false), 32, 63);

  Q4_K() {
    super(TensorType.Q4_K);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 144, to += 256) {
      float d = Bytes.f16(run, p);
      float min = Bytes.f16(run, p + 2);
      for (int group = 0; group < 8; group++) {
        float scale = d * ScalesAndMins.scale(run, p + 4, group);
        float offset = min * ScalesAndMins.min(run, p + 4, group);
        int from = p + 16 + (group >> 1) * 32;
        int shift = (group & 1) * 4;
        for (int i = 0; i < 32; i++) {
          values[to + group * 32 + i] = scale * (run[from + i] >> shift & 15) - offset;
        }
      }
    }
  }

  @Override
  void encode(Block block, byte[] bytes) {
    AffineGroups.Choice choice = GROUPS.fit(block);
    block.putScale(choice.d(), bytes, 0);
    block.putScale(choice.dmin(), bytes, 2);
    ScalesAndMins.put(choice, bytes, 4);
    for (int pair = 0; pair < 4; pair++) {
      CodeBits.nibbles(block.codes, pair * 64, bytes, 16 + pair * 32, 32);
    }
  }
}

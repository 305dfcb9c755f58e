package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 values {@code d s q - dmin m} in 8 groups of 32: d and dmin as f16, {@link ScalesAndMins}, 32 bytes with the high
 * bit of the 5-bit q (bit g of byte i: value i of group g), 128 bytes with its low bits as in {@link Q4_K}.
 */
final class Q5_K extends EncodingFormat {
  private static final AffineGroups GROUPS = new AffineGroups(new AffineLevels(31, false), 32, 63);

  Q5_K() {
    super(TensorType.Q5_K);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 176, to += 256) {
      float d = Bytes.f16(run, p);
      float min = Bytes.f16(run, p + 2);
      for (int group = 0; group < 8; group++) {
        float scale = d * ScalesAndMins.scale(run, p + 4, group);
        float offset = min * ScalesAndMins.min(run, p + 4, group);
        int high = p + 16;
        int low = p + 48 + (group >> 1) * 32;
        int shift = (group & 1) * 4;
        for (int i = 0; i < 32; i++) {
          int q = run[low + i] >> shift & 15 | (run[high + i] >> group & 1) << 4;
          values[to + group * 32 + i] = scale * q - offset;
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
    CodeBits.planes(block.codes, 4, bytes, 16);
    for (int pair = 0; pair < 4; pair++) {
      CodeBits.nibbles(block.codes, pair * 64, bytes, 48 + pair * 32, 32);
    }
  }
}

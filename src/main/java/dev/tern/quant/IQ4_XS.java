package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import java.util.Arrays;

/**
 * 256 values {@code d (s - 32) CODES[q]} in 8 groups of 32, with the codes of {@link IQ4_NL}: d as f16, 16 bits with
 * the high two bits of the 6-bit s, 4 bytes with its low four, 128 bytes of 4-bit q, each group as in {@link Q4_0}.
 */
final class IQ4_XS extends EncodingFormat {
  private static final ScaledGroups GROUPS = new ScaledGroups(IQ4_NL.LEVELS, IQ4_NL.IMAGES, 32, -32);

  IQ4_XS() {
    super(TensorType.IQ4_XS);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 136, to += 256) {
      float d = Bytes.f16(run, p);
      int high = Bytes.u16(run, p + 2);
      for (int group = 0; group < 8; group++) {
        int low = run[p + 4 + (group >> 1)] >> (group & 1) * 4 & 15;
        float scale = d * ((low | (high >> 2 * group & 3) << 4) - 32);
        CodeBook.decode(run, p + 8 + group * 16, IQ4_NL.CODES, scale, values, to + group * 32, 16);
      }
    }
  }

  @Override
  void encode(Block block, byte[] bytes) {
    ScaledGroups.Choice choice = GROUPS.fit(block);
    block.putScale(choice.d(), bytes, 0);
    Arrays.fill(bytes, 4, 8, (byte) 0);
    int high = 0;
    for (int group = 0; group < 8; group++) {
      int scale = choice.scales()[group] + 32;
      high |= scale >> 4 << 2 * group;
      bytes[4 + (group >> 1)] |= (byte) ((scale & 15) << (group & 1) * 4);
      CodeBits.nibbles(block.codes, group * 32, bytes, 8 + group * 16, 16);
    }
    Bytes.putU16(bytes, 2, high);
  }
}

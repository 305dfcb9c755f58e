package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 ternary values {@code d (q - 1)}: 64 bytes of 2-bit q, d as f16. Byte i of each 32 holds the values i, i + 32, i
 * + 64 and i + 96 of 128.
 */
final class TQ2_0 extends EncodingFormat {
  private static final Levels LEVELS = Levels.uniform(-1, 1);
  private static final float[] IMAGES = Images.outwards(1.18f, 12);

  TQ2_0() {
    super(TensorType.TQ2_0);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 66, to += 256) {
      float d = Bytes.f16(run, p + 64);
      for (int group = 0; group < 8; group++) {
        int from = p + (group >> 2) * 32;
        int shift = (group & 3) * 2;
        for (int i = 0; i < 32; i++) {
          values[to + group * 32 + i] = d * ((run[from + i] >> shift & 3) - 1);
        }
      }
    }
  }

  @Override
  void encode(Block block, byte[] bytes) {
    float d = block.roundScale(LEVELS.fit(block, 0, 256, IMAGES));
    LEVELS.assign(block, 0, 256, d);
    block.putScale(d, bytes, 64);
    CodeBits.pairs(block.codes, 0, bytes, 0);
  }
}

package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** 32 values {@code d (q - 8)}: d as f16, then 16 bytes of 4-bit q, low halves first. */
final class Q4_0 extends EncodingFormat {
  private static final Levels LEVELS = Levels.uniform(-8, 7);
  private static final float[] IMAGES = Images.around(-8, 7, 10);

  Q4_0() {
    super(TensorType.Q4_0);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 18, to += 32) {
      float d = Bytes.f16(run, p);
      for (int i = 0; i < 16; i++) {
        int q = run[p + 2 + i];
        values[to + i] = d * ((q & 15) - 8);
        values[to + 16 + i] = d * ((q >> 4 & 15) - 8);
      }
    }
  }

  @Override
  void encode(Block block, byte[] bytes) {
    float d = block.roundScale(LEVELS.fit(block, 0, 32, IMAGES));
    block.putScale(d, bytes, 0);
    LEVELS.assign(block, 0, 32, d);
    CodeBits.nibbles(block.codes, 0, bytes, 2, 16);
  }
}

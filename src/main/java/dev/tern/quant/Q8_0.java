package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** 32 values {@code d q}: d as f16, then 32 signed bytes. */
final class Q8_0 extends EncodingFormat {
  /** Symmetric, as all writers have it: kernels may rely on -128 not being there. */
  private static final Levels LEVELS = Levels.uniform(-127, 127);

  private static final float[] IMAGES = Images.between(118, 128, 11);

  Q8_0() {
    super(TensorType.Q8_0);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 34, to += 32) {
      float d = Bytes.f16(run, p);
      for (int i = 0; i < 32; i++) {
        values[to + i] = d * run[p + 2 + i];
      }
    }
  }

  @Override
  void encode(Block block, byte[] bytes) {
    float d = block.roundScale(LEVELS.fit(block, 0, 32, IMAGES));
    LEVELS.assign(block, 0, 32, d);
    block.putScale(d, bytes, 0);
    for (int i = 0; i < 32; i++) {
      bytes[2 + i] = (byte) ((block.codes[i] & 255) - 127);
    }
  }
}

package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** 32 values {@code d CODES[q]}: d as f16, then 16 bytes of 4-bit q as in {@link Q4_0}. */
final class IQ4_NL extends EncodingFormat {
  /** What the 4-bit codes stand for: steps that are finer near zero. */
  static final float[] CODES = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

  /** The same for encoding. */
  static final Levels LEVELS = Levels.of(CODES);

  /** Places to search the scale at. */
  static final float[] IMAGES = Images.around(-127, 113, 10);

  IQ4_NL() {
    super(TensorType.IQ4_NL);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 18, to += 32) {
      CodeBook.decode(run, p + 2, CODES, Bytes.f16(run, p), values, to, 16);
    }
  }

  @Override
  void encode(Block block, byte[] bytes) {
    float d = block.roundScale(LEVELS.fit(block, 0, 32, IMAGES));
    LEVELS.assign(block, 0, 32, d);
    block.putScale(d, bytes, 0);
    CodeBits.nibbles(block.codes, 0, bytes, 2, 16);
  }
}

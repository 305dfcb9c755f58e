package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** 32 values {@code d (q - 16)}: d as f16, 32 high bits, then 16 bytes of the low 4 bits as in {@link Q4_0}. */
final class Q5_0 extends EncodingFormat {
  private static final Levels LEVELS = Levels.uniform(-16, 15);
  private static final float[] IMAGES = Images.around(-16, 15, 10);

  Q5_0() {
    super(TensorType.Q5_0);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 22, to += 32) {
      float d = Bytes.f16(run, p);
      int high = Bytes.i32(run, p + 2);
      for (int i = 0; i < 16; i++) {
        int q = run[p + 6 + i];
        values[to + i] = d * ((q & 15 | (high >>> i & 1) << 4) - 16);
        values[to + 16 + i] = d * ((q >> 4 & 15 | (high >>> i + 16 & 1) << 4) - 16);
      }
    }
  }

  @Override
  void encode(Block block, byte[] bytes) {
    float d = block.roundScale(LEVELS.fit(block, 0, 32, IMAGES));
    LEVELS.assign(block, 0, 32, d);
    block.putScale(d, bytes, 0);
    Bytes.putI32(bytes, 2, CodeBits.fifthBits(block.codes));
    CodeBits.nibbles(block.codes, 0, bytes, 6, 16);
  }
}

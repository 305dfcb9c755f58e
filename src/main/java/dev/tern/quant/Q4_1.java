package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** 32 values {@code d q + m}: d and m as f16, then 16 bytes of 4-bit q, low halves first. */
final class Q4_1 extends EncodingFormat {
  private static final AffineLevels LEVELS = new AffineLevels(15, true);

  Q4_1() {
    super(TensorType.Q4_1);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 20, to += 32) {
      float d = Bytes.f16(run, p);
      float m = Bytes.f16(run, p + 2);
      for (int i = 0; i < 16; i++) {
        int q = run[p + 4 + i];
        values[to + i] = d * (q & 15) + m;
        values[to + 16 + i] = d * (q >> 4 & 15) + m;
      }
    }
  }

  @Override
  void encode(Block block, byte[] bytes) {
    AffineLevels.Affine fit = LEVELS.fit(block, 0, 32);
    float d = block.roundScale(fit.scale());
    float m = block.roundScale(fit.offset());
    LEVELS.assign(block, 0, 32, d, m);
    block.putScale(d, bytes, 0);
    block.putScale(m, bytes, 2);
    CodeBits.nibbles(block.codes, 0, bytes, 4, 16);
  }
}

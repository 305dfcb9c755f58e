package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** The upper half of a binary32. */
final class BF16 extends ShortFormat {
  BF16() {
    super(TensorType.BF16);
  }

  @Override
  void decode(short[] run, int count, float[] values, int at) {
    for (int i = 0; i < count; i++) {
      values[at + i] = Float.intBitsToFloat(run[i] << 16);
    }
  }
}

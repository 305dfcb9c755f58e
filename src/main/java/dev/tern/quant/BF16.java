package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/** The upper half of a binary32, rounded to nearest even. Finite values stay finite, NaN stays NaN. */
final class BF16 extends ShortFormat {
  private static final int INFINITY = 0x7f80_0000;
  private static final int LARGEST = 0x7f7f_ffff;

  BF16() {
    super(TensorType.BF16);
  }

  @Override
  void decode(short[] run, int count, float[] values, int at) {
    for (int i = 0; i < count; i++) {
      values[at + i] = Float.intBitsToFloat(run[i] << 16);
    }
  }

  @Override
  void encode(float[] values, int at, short[] run, int count) {
    for (int i = 0; i < count; i++) {
      run[i] = round(values[at + i]);
    }
  }

  private static short round(float value) {
    int bits = Float.floatToRawIntBits(value);
    int magnitude = bits & 0x7fff_ffff;
    if (magnitude > INFINITY) {
      return (short) (bits >>> 16 | 0x40);
    }
    int rounded = magnitude + 0x7fff + (bits >>> 16 & 1);
    int finite = magnitude < INFINITY ? Math.min(rounded, LARGEST) : rounded;
    return (short) (finite >>> 16 | bits >>> 16 & 0x8000);
  }
}

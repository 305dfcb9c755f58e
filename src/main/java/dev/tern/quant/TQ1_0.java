package dev.tern.quant;

import dev.tern.checkpoint.TensorType;

/**
 * 256 ternary values {@code d (q - 1)}: 48 bytes with five base-3 digits each, 4 bytes with four, d as f16. A byte is
 * the number 0.q0q1q2q3q4 in base 3, times 256 and rounded up, so a digit is the whole part of three times the rest.
 * The first 32 bytes hold 5 runs of 32 values, the next 16 five runs of 16, the last 4 four runs of 4.
 */
final class TQ1_0 extends BlockFormat {
  TQ1_0() {
    super(TensorType.TQ1_0);
  }

  @Override
  void decode(byte[] run, int blocks, float[] values, int at) {
    for (int block = 0, p = 0, to = at; block < blocks; block++, p += 54, to += 256) {
      float d = Bytes.f16(run, p + 52);
      for (int digit = 0, power = 1; digit < 5; digit++, power *= 3) {
        digits(run, p, 32, power, d, values, to + digit * 32);
        digits(run, p + 32, 16, power, d, values, to + 160 + digit * 16);
        if (digit < 4) {
          digits(run, p + 48, 4, power, d, values, to + 240 + digit * 4);
        }
      }
    }
  }

  private static void digits(byte[] run, int p, int count, int power, float d, float[] values, int to) {
    for (int i = 0; i < count; i++) {
      int rest = run[p + i] * power & 255;
      values[to + i] = d * ((rest * 3 >> 8) - 1);
    }
  }
}

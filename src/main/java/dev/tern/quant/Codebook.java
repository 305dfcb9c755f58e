package dev.tern.quant;

import java.util.Arrays;

/** What the 16 codes of the 4-bit layouts stand for, before their scale. */
public enum Codebook {
  /** code − 8. */
  SIGNED(-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7),
  /** The code itself. */
  UNSIGNED(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
  IQ4_NL(dev.tern.quant.IQ4_NL.CODES),
  /** Twice the values of FP4 E2M1. */
  MXFP4(dev.tern.quant.MXFP4.CODES),
  /** The levels 8, 25 and 43 of the IQ2 grids over 8. */
  IQ2(signed(1, 3.125f, 5.375f)),
  /** The levels of the grid over 4. */
  IQ3_XXS(signed(1, 3, 5, 7, 9, 11, 13, 15.5f)),
  IQ3_S(signed(1, 3, 5, 7, 9, 11, 13, 15)),
  /** −1, 0 and 1, shifted by an eighth either way. */
  IQ1(signed(0.125f, 0.875f, 1.125f));

  private final float[] values;
  private final int unit;
  private final int largest;

  Codebook(float... values) {
    this.values = Arrays.copyOf(values, 16);
    int unit = 1;
    while (!whole(unit)) {
      unit *= 2;
    }
    this.unit = unit;
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    this.largest = (int) (largest * unit);
  }

  private boolean whole(int unit) {
    for (float value : values) {
      if (value * unit != Math.rint(value * unit)) {
        return false;
      }
    }
    return true;
  }

  private static float[] signed(float... magnitudes) {
    float[] values = new float[2 * magnitudes.length];
    for (int i = 0; i < magnitudes.length; i++) {
      values[2 * i] = magnitudes[i];
      values[2 * i + 1] = -magnitudes[i];
    }
    return values;
  }

  /** What a code stands for. */
  public float value(int code) {
    return values[code];
  }

  /** The power of two that makes all values whole: they are 8-bit numbers then. */
  public int unit() {
    return unit;
  }

  /** The largest magnitude, {@link #unit} times. */
  public int largest() {
    return largest;
  }

  /** Whether the values are the code plus a constant: the value of code 0. */
  public boolean linear() {
    return this == SIGNED || this == UNSIGNED;
  }

  /** The code whose value is nearest. */
  int nearest(float value) {
    int best = 0;
    for (int code = 1; code < 16; code++) {
      if (Math.abs(values[code] - value) < Math.abs(values[best] - value)) {
        best = code;
      }
    }
    return best;
  }
}

package dev.tern.study.synthetic;

import java.util.Arrays;

/** Parameter vectors. */
final class Vectors {
  private Vectors() {}

  /** The same value throughout. */
  static float[] filled(int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return values;
  }
}

package dev.tern.study.sweep;

import dev.tern.tensor.Activations;
import java.util.SplittableRandom;

/** Rows of normally distributed values. */
final class RandomRows {
  private RandomRows() {}

  static Activations of(int rows, int width) {
    SplittableRandom random = new SplittableRandom(3);
    Activations activations = Activations.of(rows, width);
    float[] data = activations.data();
    for (int i = 0; i < rows * width; i++) {
      data[i] = (float) random.nextGaussian();
    }
    return activations;
  }
}

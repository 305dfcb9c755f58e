package dev.tern.architecture;

import dev.tern.kernel.Activation;
import dev.tern.kernel.CausalConvolution;

/** Short convolutions from tensors {@code [channels, taps]}. */
final class Convolutions {
  private Convolutions() {}

  /** A convolution with the bias of the same name, if there is one. */
  static CausalConvolution of(Tensors tensors, String name, int taps, int channels, Activation activation) {
    float[] byChannel = tensors.vector(name, (long) taps * channels);
    float[] byTap = transpose(byChannel, channels, taps);
    return new CausalConvolution(taps, channels, byTap, tensors.vectorIf(name + ".bias"), activation);
  }

  /** The transpose of {@code [rows, cols]}. */
  static float[] transpose(float[] values, int rows, int cols) {
    float[] result = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int col = 0; col < cols; col++) {
        result[col * rows + row] = values[row * cols + col];
      }
    }
    return result;
  }
}

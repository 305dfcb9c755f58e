package dev.tern.kernel;

import dev.tern.quant.Weights;

/** Products of activations with weight matrices in any compute layout. */
public interface MatrixKernels {
  /** Runs all products as one parallel operation. */
  void multiply(Products products);

  /** Writes row {@code row} of the matrix (an embedding) as floats. */
  void row(Weights weights, int row, float[] out, int at);
}

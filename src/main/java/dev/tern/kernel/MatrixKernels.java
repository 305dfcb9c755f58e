package dev.tern.kernel;

import dev.tern.quant.Weights;

/** Products of activations with weight matrices in any compute layout. */
public interface MatrixKernels {
  /** Runs all products and their terms as one parallel operation. */
  void multiply(Products products);

  /** Adds the low-rank terms alone to outputs that are there already. */
  void addTerms(Products products);

  /** Writes row {@code row} of the matrix (an embedding) as floats. */
  void row(Weights weights, int row, float[] out, int at);
}

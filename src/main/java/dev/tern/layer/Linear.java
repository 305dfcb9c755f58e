package dev.tern.layer;

import dev.tern.quant.Weights;

/**
 * {@code y = W·x + b}. Used through {@link Pass#project}, which adds what the adapters of each sequence change.
 *
 * @param name of the weight in the checkpoint without the suffix ".weight"; adapters find their targets by it
 * @param weights {@code [out, in]}
 * @param bias {@code [out]} or null
 */
public record Linear(String name, Weights weights, float[] bias) {
  public int inputs() {
    return weights.cols();
  }

  public int outputs() {
    return weights.rows();
  }
}

package dev.tern.layer;

import dev.tern.tensor.Activations;

/**
 * Turns a projection into decays: {@code exp(rate · softplus(x + bias))}.
 *
 * @param rates negative; each covers {@code bias.length / rates.length} neighbouring columns
 * @param bias one per column
 */
public record DecayGate(float[] rates, float[] bias) {
  /** Overwrites {@code x} by the decays. */
  void apply(Pass pass, Activations x) {
    timeStep(pass, x);
    pass.kernels().gating().decay(x, rates, x);
  }

  private void timeStep(Pass pass, Activations x) {
    pass.kernels().gating().timeStep(pass.recurrences().columns(x, 0), bias, 0, Float.POSITIVE_INFINITY, x);
  }
}

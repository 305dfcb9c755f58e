package dev.tern.layer;

import dev.tern.kernel.Activation;
import dev.tern.tensor.Activations;

/** How the two halves of a gated feed-forward meet. */
public sealed interface GatedActivation {
  /** Overwrites {@code up} by the hidden activations; {@code gate} is null where there is none. */
  void apply(Pass pass, Activations gate, Activations up);

  /** {@code activation(gate) ⊙ up}, or {@code activation(up)} without a gate. */
  record Plain(Activation activation) implements GatedActivation {
    @Override
    public void apply(Pass pass, Activations gate, Activations up) {
      if (gate == null) {
        pass.kernels().vector().activate(activation, up);
      } else {
        pass.kernels().vector().gate(activation, gate, up, up);
      }
    }
  }

  /** {@code activation(scale · gate) ⊙ up}. */
  record Scaled(Activation activation, float scale) implements GatedActivation {
    @Override
    public void apply(Pass pass, Activations gate, Activations up) {
      if (scale != 1) {
        pass.kernels().vector().scale(gate, scale);
      }
      pass.kernels().vector().gate(activation, gate, up, up);
    }
  }

  /**
   * {@code (clamp(up) + 1) · g · sigmoid(alpha · g)} with {@code g = min(gate, limit)} and up clamped to ±limit
   * (gpt-oss).
   */
  record Clamped(float alpha, float limit) implements GatedActivation {
    @Override
    public void apply(Pass pass, Activations gate, Activations up) {
      int size = up.rows() * up.width();
      for (int i = 0; i < size; i++) {
        float g = Math.min(gate.data()[i], limit);
        float u = Math.clamp(up.data()[i], -limit, limit);
        up.data()[i] = (u + 1) * g * (float) (1 / (1 + Math.exp(-alpha * g)));
      }
    }
  }
}

package dev.tern.layer;

import dev.tern.tensor.Activations;

/**
 * {@code down(activation(gate(x)) ⊙ up(x))}, or {@code down(activation(up(x)))} where there is no gate.
 *
 * @param gate null for the ungated form
 */
public record FeedForward(Linear gate, Linear up, Linear down, GatedActivation activation) implements ChannelMixer {
  @Override
  public String label() {
    return "feed-forward %d%s".formatted(up.outputs(), gate == null ? "" : " gated");
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    int mark = pass.workspace().mark();
    Activations hidden = pass.workspace().rows();
    Activations gated = gate == null ? null : pass.workspace().rows();
    Projection projection = pass.project(in).through(up, hidden);
    if (gate != null) {
      projection.through(gate, gated);
    }
    projection.run();
    activation.apply(pass, gated, hidden);
    pass.project(hidden, down, out);
    pass.workspace().release(mark);
  }
}

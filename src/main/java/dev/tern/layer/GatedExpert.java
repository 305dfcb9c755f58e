package dev.tern.layer;

import dev.tern.tensor.Activations;

/** An expert whose output is scaled per token by {@code sigmoid(gate · x)}. */
public record GatedExpert(Linear gate, ChannelMixer expert) implements ChannelMixer {
  @Override
  public String label() {
    return "gated " + expert.label();
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    int mark = pass.workspace().mark();
    Activations gates = pass.workspace().rows();
    pass.project(in, gate, gates);
    expert.mix(pass, in, out);
    for (int row = 0; row < out.rows(); row++) {
      float factor = (float) (1 / (1 + Math.exp(-gates.data()[gates.offset(row)])));
      for (int i = out.offset(row); i < out.offset(row + 1); i++) {
        out.data()[i] *= factor;
      }
    }
    pass.workspace().release(mark);
  }
}

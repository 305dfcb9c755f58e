package dev.tern.layer;

import dev.tern.tensor.Activations;

/** Two mixers of the same input side by side, their outputs scaled and added (attention beside a state space). */
public record Sum(TokenMixer first, float firstScale, TokenMixer second, float secondScale) implements TokenMixer {
  @Override
  public String label() {
    return first.label() + " + " + second.label();
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    int mark = pass.workspace().mark();
    Activations other = pass.workspace().rows();
    first.mix(pass, in, out);
    second.mix(pass, in, other);
    if (firstScale != 1) {
      pass.kernels().vector().scale(out, firstScale);
    }
    pass.kernels().vector().add(out, other, secondScale);
    pass.workspace().release(mark);
  }
}

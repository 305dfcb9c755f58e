package dev.tern.layer;

import dev.tern.kernel.Activation;
import dev.tern.tensor.Activations;

/**
 * The channel mixing of RWKV-7 (Peng et al. 2025): a feed-forward with squared ReLU whose input leans towards the
 * previous token. It remembers that token, hence a token mixer.
 *
 * @param interpolation one weight per column: 0 is the current token, 1 the previous
 * @param slot of a state with the last input
 */
public record ShiftedFeedForward(Linear up, Linear down, float[] interpolation, int slot) implements TokenMixer {
  /** An empty state for one sequence. */
  public static State state(int width) {
    return new RecurrentState(4L * width);
  }

  @Override
  public String label() {
    return "rwkv-7 channel mixing %d".formatted(up.outputs());
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    Workspace workspace = pass.workspace();
    int mark = workspace.mark();
    Activations previous = workspace.rows();
    Recurrences recurrences = pass.recurrences();
    recurrences.shift(in, previous, recurrences.states(slot, 0));
    recurrences.advance(slot);
    pass.kernels().gating().interpolate(in, previous, interpolation, previous);
    Activations hidden = workspace.rows();
    pass.project(previous, up, hidden);
    pass.kernels().vector().activate(Activation.RELU_SQUARED, hidden);
    pass.project(hidden, down, out);
    workspace.release(mark);
  }
}

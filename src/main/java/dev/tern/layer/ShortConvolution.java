package dev.tern.layer;

import dev.tern.kernel.CausalConvolution;
import dev.tern.tensor.Activations;

/**
 * The gated short convolution of LFM2 (Liquid AI 2025): {@code C ⊙ conv(B ⊙ x)}.
 *
 * @param input to B, C and x side by side
 * @param slot of a state with the convolution's last inputs
 */
public record ShortConvolution(Linear input, CausalConvolution convolution, Linear output, int slot)
    implements TokenMixer {
  /** An empty state for one sequence. */
  public static State state(CausalConvolution convolution) {
    return new RecurrentState(convolution.stateBytes());
  }

  @Override
  public String label() {
    return "short convolution %d×%d".formatted(convolution.channels(), convolution.taps());
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    Workspace workspace = pass.workspace();
    int mark = workspace.mark();
    int width = convolution.channels();
    Activations projected = workspace.rows();
    pass.project(in, input, projected);
    Activations gated = workspace.rows(in.rows(), width);
    Activations convolved = workspace.rows(in.rows(), width);
    Recurrences recurrences = pass.recurrences();
    recurrences.multiply(projected, 0, projected, 2 * width, gated);
    recurrences.convolve(convolution, gated, 0, convolved, 0, recurrences.states(slot, 0));
    recurrences.advance(slot);
    recurrences.multiply(projected, width, convolved, 0, gated);
    pass.project(gated, output, out);
    workspace.release(mark);
  }
}

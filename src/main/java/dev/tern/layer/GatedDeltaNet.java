package dev.tern.layer;

import dev.tern.kernel.Activation;
import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.GatedNorm;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.tensor.Activations;

/**
 * Gated DeltaNet (Yang et al. 2024, 2412.06464) as in Qwen3-Next: queries, keys and values go through a short
 * convolution; the state of each value head forgets by a learned gate and is corrected by the delta rule.
 *
 * @param convolution of the joint columns of queries, keys and values
 * @param gate decays from the projection {@code alpha}
 * @param norm of each head's output, gated by {@code z}
 * @param slot of a state with the matrices and the convolution's last inputs
 */
public record GatedDeltaNet(
    Projections projections,
    CausalConvolution convolution,
    LinearRecurrence recurrence,
    DecayGate gate,
    GatedNorm norm,
    int slot)
    implements TokenMixer {

  /**
   * @param qkv to queries, keys and values side by side
   * @param z to the output gate
   * @param beta to one write strength per head
   * @param alpha to one decay gate per head
   */
  public record Projections(Linear qkv, Linear z, Linear beta, Linear alpha, Linear output) {}

  /** An empty state for one sequence. */
  public static State state(CausalConvolution convolution, LinearRecurrence recurrence) {
    return new RecurrentState(recurrence.stateBytes(), convolution.stateBytes());
  }

  @Override
  public String label() {
    return "gated delta net %d/%d×%d×%d"
        .formatted(recurrence.heads(), recurrence.keyHeads(), recurrence.keyWidth(), recurrence.valueWidth());
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    Workspace workspace = pass.workspace();
    int mark = workspace.mark();
    Activations qkv = workspace.rows();
    Activations z = workspace.rows();
    Activations beta = workspace.rows();
    Activations decay = workspace.rows();
    pass.project(in)
        .through(projections.qkv, qkv)
        .through(projections.z, z)
        .through(projections.beta, beta)
        .through(projections.alpha, decay)
        .run();
    pass.kernels().vector().activate(Activation.SIGMOID, beta);
    gate.apply(pass, decay);
    Recurrences recurrences = pass.recurrences();
    Activations convolved = workspace.rows(in.rows(), convolution.channels());
    recurrences.convolve(convolution, qkv, 0, convolved, 0, recurrences.states(slot, 1));
    Activations mixed = workspace.rows(in.rows(), recurrence.heads() * recurrence.valueWidth());
    DeltaRule.run(pass, recurrence, convolved, decay, beta, mixed, slot);
    recurrences.advance(slot);
    pass.kernels().gating().gatedNorm(norm, mixed, recurrences.columns(z, 0));
    pass.project(mixed, projections.output, out);
    workspace.release(mark);
  }
}

package dev.tern.layer;

import dev.tern.kernel.Activation;
import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.GatedNorm;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.tensor.Activations;

/**
 * Kimi Delta Attention (Kimi Team 2025, 2510.26692): the gated delta rule with a decay for every key channel; gates are
 * projections of low rank.
 *
 * @param norm of each head's output, gated
 * @param slot of a state with the matrices and the last inputs of the three convolutions
 */
public record KimiDeltaAttention(
    Projections projections,
    Convolutions convolutions,
    LinearRecurrence recurrence,
    DecayGate gate,
    GatedNorm norm,
    int slot)
    implements TokenMixer {

  /**
   * @param beta to one write strength per head
   * @param decayDown to the rank of the decay gate
   * @param decayUp to a gate per key channel
   * @param gateDown to the rank of the output gate
   * @param gateUp to a gate per value
   */
  public record Projections(
      Linear q,
      Linear k,
      Linear v,
      Linear beta,
      Linear decayDown,
      Linear decayUp,
      Linear gateDown,
      Linear gateUp,
      Linear output) {}

  /** Convolutions of queries, keys and values. */
  public record Convolutions(CausalConvolution q, CausalConvolution k, CausalConvolution v) {}

  /** An empty state for one sequence. */
  public static State state(Convolutions convolutions, LinearRecurrence recurrence) {
    return new RecurrentState(
        recurrence.stateBytes(), convolutions.q.stateBytes(), convolutions.k.stateBytes(), convolutions.v.stateBytes());
  }

  @Override
  public String label() {
    return "kimi delta attention %d×%d×%d"
        .formatted(recurrence.heads(), recurrence.keyWidth(), recurrence.valueWidth());
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    Workspace workspace = pass.workspace();
    int mark = workspace.mark();
    Activations beta = workspace.rows();
    Activations decay = workspace.rows();
    Activations z = workspace.rows();
    Activations qkv = workspace.rows(in.rows(), convolvedWidth());
    projectAndConvolve(pass, in, beta, qkv);
    lowRank(pass, in, projections.decayDown, projections.decayUp, decay);
    lowRank(pass, in, projections.gateDown, projections.gateUp, z);
    pass.kernels().vector().activate(Activation.SIGMOID, beta);
    gate.apply(pass, decay);
    Activations mixed = workspace.rows(in.rows(), recurrence.heads() * recurrence.valueWidth());
    DeltaRule.run(pass, recurrence, qkv, decay, beta, mixed, slot);
    pass.recurrences().advance(slot);
    pass.kernels().gating().gatedNorm(norm, mixed, pass.recurrences().columns(z, 0));
    pass.project(mixed, projections.output, out);
    workspace.release(mark);
  }

  private int convolvedWidth() {
    return convolutions.q.channels() + convolutions.k.channels() + convolutions.v.channels();
  }

  private void projectAndConvolve(Pass pass, Activations in, Activations beta, Activations qkv) {
    Workspace workspace = pass.workspace();
    int mark = workspace.mark();
    Activations q = workspace.rows();
    Activations k = workspace.rows();
    Activations v = workspace.rows();
    pass.project(in)
        .through(projections.q, q)
        .through(projections.k, k)
        .through(projections.v, v)
        .through(projections.beta, beta)
        .run();
    Recurrences recurrences = pass.recurrences();
    int keys = convolutions.q.channels();
    recurrences.convolve(convolutions.q, q, 0, qkv, 0, recurrences.states(slot, 1));
    recurrences.convolve(convolutions.k, k, 0, qkv, keys, recurrences.states(slot, 2));
    recurrences.convolve(convolutions.v, v, 0, qkv, 2 * keys, recurrences.states(slot, 3));
    workspace.release(mark);
  }

  private static void lowRank(Pass pass, Activations in, Linear down, Linear up, Activations out) {
    int mark = pass.workspace().mark();
    Activations hidden = pass.workspace().rows();
    pass.project(in, down, hidden);
    pass.project(hidden, up, out);
    pass.workspace().release(mark);
  }
}

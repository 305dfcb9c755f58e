package dev.tern.layer;

import dev.tern.kernel.Activation;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.tensor.Activations;

/**
 * Linear attention with a fixed decay per head (RetNet, Sun et al. 2023; Lightning attention, Qin et al. 2024,
 * 2405.17381): {@code output(sigmoid(gate) ⊙ norm(o))}.
 *
 * @param decays per head, in (0, 1]
 * @param activation of queries, keys and values
 * @param norm of the output, or null
 * @param slot of a state with the matrices
 */
public record LightningAttention(
    Projections projections, LinearRecurrence recurrence, float[] decays, Activation activation, Norm norm, int slot)
    implements TokenMixer {

  /**
   * @param gate null for no output gate
   */
  public record Projections(Linear q, Linear k, Linear v, Linear gate, Linear output) {}

  /** An empty state for one sequence. */
  public static State state(LinearRecurrence recurrence) {
    return new RecurrentState(recurrence.stateBytes());
  }

  @Override
  public String label() {
    return "linear attention %d×%d×%d".formatted(recurrence.heads(), recurrence.keyWidth(), recurrence.valueWidth());
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    Workspace workspace = pass.workspace();
    int mark = workspace.mark();
    Activations q = workspace.rows();
    Activations k = workspace.rows();
    Activations v = workspace.rows();
    Activations gate = projections.gate == null ? null : workspace.rows();
    Projection projection =
        pass.project(in).through(projections.q, q).through(projections.k, k).through(projections.v, v);
    if (gate != null) {
      projection.through(projections.gate, gate);
    }
    projection.run();
    pass.kernels().vector().activate(activation, q);
    pass.kernels().vector().activate(activation, k);
    pass.kernels().vector().activate(activation, v);
    Activations mixed = workspace.rows(in.rows(), recurrence.heads() * recurrence.valueWidth());
    recur(pass, q, k, v, mixed);
    if (norm != null) {
      norm.apply(pass, mixed, mixed);
    }
    if (gate != null) {
      pass.kernels().vector().gate(Activation.SIGMOID, gate, mixed, mixed);
    }
    pass.project(mixed, projections.output, out);
    workspace.release(mark);
  }

  private void recur(Pass pass, Activations q, Activations k, Activations v, Activations out) {
    Activations decay = pass.workspace().rows(q.rows(), decays.length);
    for (int row = 0; row < decay.rows(); row++) {
      System.arraycopy(decays, 0, decay.data(), decay.offset(row), decays.length);
    }
    Recurrences recurrences = pass.recurrences();
    recurrences.operands.start();
    recurrences.operands.query.set(q);
    recurrences.operands.key.set(k);
    recurrences.operands.value.set(v);
    recurrences.operands.decay.set(decay);
    recurrences.operands.out.set(out);
    recurrences.recur(recurrence, slot, 0);
    recurrences.advance(slot);
  }
}

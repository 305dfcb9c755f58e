package dev.tern.layer;

import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.GatedNorm;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.tensor.Activations;

/**
 * The Mamba-2 mixer (Dao and Gu 2024, 2405.21060): a state space whose decay is one number per head.
 *
 * @param input to the gate, what is convolved (values, B and C) and the time steps, side by side
 * @param recurrence keys are B, queries C
 * @param norm of the output, gated
 * @param slot of a state with the matrices and the convolution's last inputs
 */
public record Mamba2(
    Linear input,
    Linear output,
    CausalConvolution convolution,
    LinearRecurrence recurrence,
    Parameters parameters,
    GatedNorm norm,
    int slot)
    implements TokenMixer {

  /**
   * @param rates A, negative, per head
   * @param stepBias added to the time steps, per head
   * @param stepLow the least time step
   * @param stepHigh the greatest time step
   * @param skip D, per head
   * @param inputScale factor of every column of the input's projection, or null
   */
  public record Parameters(
      float[] rates, float[] stepBias, float stepLow, float stepHigh, float[] skip, float[] inputScale) {}

  /** An empty state for one sequence. */
  public static State state(CausalConvolution convolution, LinearRecurrence recurrence) {
    return new RecurrentState(recurrence.stateBytes(), convolution.stateBytes());
  }

  @Override
  public String label() {
    return "mamba-2 %d×%d×%d".formatted(recurrence.heads(), recurrence.keyWidth(), recurrence.valueWidth());
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    Workspace workspace = pass.workspace();
    int mark = workspace.mark();
    Activations projected = workspace.rows();
    pass.project(in, input, projected);
    if (parameters.inputScale != null) {
      pass.kernels().gating().scale(projected, parameters.inputScale, projected);
    }
    int inner = recurrence.heads() * recurrence.valueWidth();
    Recurrences recurrences = pass.recurrences();
    Activations convolved = workspace.rows(in.rows(), convolution.channels());
    recurrences.convolve(convolution, projected, inner, convolved, 0, recurrences.states(slot, 1));
    Activations step = workspace.rows();
    Activations decay = workspace.rows();
    timeSteps(pass, projected, inner + convolution.channels(), step);
    pass.kernels().gating().decay(step, parameters.rates, decay);
    Activations mixed = workspace.rows(in.rows(), inner);
    recur(recurrences, convolved, step, decay, mixed);
    recurrences.advance(slot);
    pass.kernels().gating().addScaled(recurrences.columns(convolved, 0), parameters.skip, mixed);
    pass.kernels().gating().gatedNorm(norm, mixed, recurrences.columns(projected, 0));
    pass.project(mixed, output, out);
    workspace.release(mark);
  }

  private void timeSteps(Pass pass, Activations projected, int column, Activations step) {
    pass.kernels()
        .gating()
        .timeStep(
            pass.recurrences().columns(projected, column),
            parameters.stepBias,
            parameters.stepLow,
            parameters.stepHigh,
            step);
  }

  private void recur(
      Recurrences recurrences, Activations convolved, Activations step, Activations decay, Activations out) {
    int inner = recurrence.heads() * recurrence.valueWidth();
    int keys = recurrence.keyHeads() * recurrence.keyWidth();
    recurrences.operands.start();
    recurrences.operands.value.set(convolved, 0);
    recurrences.operands.key.set(convolved, inner);
    recurrences.operands.query.set(convolved, inner + keys);
    recurrences.operands.decay.set(decay);
    recurrences.operands.write.set(step);
    recurrences.operands.out.set(out);
    recurrences.recur(recurrence, slot, 0);
  }
}

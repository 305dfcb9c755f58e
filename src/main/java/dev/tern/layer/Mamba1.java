package dev.tern.layer;

import dev.tern.kernel.Activation;
import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.GatedNorm;
import dev.tern.kernel.SelectiveScan;
import dev.tern.tensor.Activations;

/**
 * The Mamba mixer (Gu and Dao 2023, 2312.00752): a selective state space with a decay for every channel and state.
 *
 * @param stepBias added to the time steps, per channel
 * @param norms of time steps, B and C (Jamba)
 * @param slot of a state with the channels' states and the convolution's last inputs
 */
public record Mamba1(
    Projections projections, CausalConvolution convolution, SelectiveScan scan, float[] stepBias, Norms norms, int slot)
    implements TokenMixer {

  private static final GatedNorm GATE = new GatedNorm(0, null, 0, Activation.SILU, true);

  /**
   * @param input to the channels and their gate side by side
   * @param select from the channels to the time step's rank, B and C side by side
   * @param step from the rank to the channels
   */
  public record Projections(Linear input, Linear select, Linear step, Linear output) {}

  /** Each may be null. */
  public record Norms(Norm step, Norm write, Norm read) {
    public static final Norms NONE = new Norms(null, null, null);
  }

  /** An empty state for one sequence. */
  public static State state(CausalConvolution convolution, SelectiveScan scan) {
    return new RecurrentState(scan.stateBytes(), convolution.stateBytes());
  }

  @Override
  public String label() {
    return "mamba %d×%d".formatted(scan.channels(), scan.states());
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    Workspace workspace = pass.workspace();
    int mark = workspace.mark();
    Activations projected = workspace.rows();
    pass.project(in, projections.input, projected);
    Recurrences recurrences = pass.recurrences();
    Activations convolved = workspace.rows(in.rows(), convolution.channels());
    recurrences.convolve(convolution, projected, 0, convolved, 0, recurrences.states(slot, 1));
    Activations step = workspace.rows(in.rows(), projections.step.inputs());
    Activations write = workspace.rows(in.rows(), scan.states());
    Activations read = workspace.rows(in.rows(), scan.states());
    select(pass, convolved, step, write, read);
    Activations steps = workspace.rows();
    pass.project(step, projections.step, steps);
    timeSteps(pass, steps);
    Activations mixed = workspace.rows(in.rows(), scan.channels());
    recurrences.scan.input.set(convolved);
    recurrences.scan.step.set(steps);
    recurrences.scan.write.set(write);
    recurrences.scan.read.set(read);
    recurrences.scan.out.set(mixed);
    recurrences.scan(scan, slot, 0);
    recurrences.advance(slot);
    pass.kernels().gating().gatedNorm(GATE, mixed, recurrences.columns(projected, scan.channels()));
    pass.project(mixed, projections.output, out);
    workspace.release(mark);
  }

  private void timeSteps(Pass pass, Activations steps) {
    pass.kernels().gating().timeStep(pass.recurrences().columns(steps, 0), stepBias, 0, Float.POSITIVE_INFINITY, steps);
  }

  private void select(Pass pass, Activations convolved, Activations step, Activations write, Activations read) {
    int mark = pass.workspace().mark();
    Activations selected = pass.workspace().rows();
    pass.project(convolved, projections.select, selected);
    Heads.copyColumns(selected, 0, step, 0, step.width());
    Heads.copyColumns(selected, step.width(), write, 0, write.width());
    Heads.copyColumns(selected, step.width() + write.width(), read, 0, read.width());
    norm(pass, norms.step, step);
    norm(pass, norms.write, write);
    norm(pass, norms.read, read);
    pass.workspace().release(mark);
  }

  private static void norm(Pass pass, Norm norm, Activations x) {
    if (norm != null) {
      norm.apply(pass, x, x);
    }
  }
}

package dev.tern.layer;

import dev.tern.kernel.Activation;
import dev.tern.kernel.GatingKernels;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.RecurrenceOperands;
import dev.tern.tensor.Activations;

/**
 * The time mixing of RWKV-7 (Peng et al. 2025, 2503.14456): a generalised delta rule whose decay, removal and
 * in-context learning rate are vectors; inputs are interpolated with those of the previous token.
 *
 * @param interpolations how far each input leans to the previous token
 * @param keys factors of keys
 * @param norm of each head's output
 * @param slot of a state with the matrices and the last input
 */
public record Rwkv7TimeMixing(
    Projections projections,
    Gates gates,
    Interpolations interpolations,
    Keys keys,
    LinearRecurrence recurrence,
    OutputNorm norm,
    int slot)
    implements TokenMixer {

  /** ln of the strongest decay is −exp(−1/2). */
  private static final float[] DECAY_RATE = {(float) -Math.exp(-0.5)};

  private static final float KEY_EPSILON = 1e-24f;

  public record Projections(Linear receptance, Linear key, Linear value, Linear output) {}

  /**
   * @param value mixes in the values of the first layer; null in that layer
   * @param gate of the output, or null
   */
  public record Gates(LowRank decay, LowRank learning, LowRank value, LowRank gate) {}

  /** {@code activation(up · inner(down · x) + bias)}; the bias is part of {@code up}. */
  public record LowRank(Linear down, Activation inner, Linear up, Activation activation) {
    void apply(Pass pass, Activations in, Activations out) {
      int mark = pass.workspace().mark();
      Activations hidden = pass.workspace().rows();
      pass.project(in, down, hidden);
      pass.kernels().vector().activate(inner, hidden);
      pass.project(hidden, up, out);
      pass.kernels().vector().activate(activation, out);
      pass.workspace().release(mark);
    }
  }

  /** One weight per column: 0 is the current token, 1 the previous. */
  public record Interpolations(
      float[] receptance, float[] decay, float[] key, float[] value, float[] learning, float[] gate) {}

  /**
   * @param removal factor of what becomes the removed key
   * @param learning how far the learning rate reaches the written key
   * @param bonus of the current token, per column
   */
  public record Keys(float[] removal, float[] learning, float[] bonus) {}

  public record OutputNorm(float[] weight, float[] bias, float eps) {}

  /** An empty state for one sequence. */
  public static State state(LinearRecurrence recurrence) {
    return new RecurrentState(recurrence.stateBytes(), 4L * recurrence.heads() * recurrence.valueWidth());
  }

  @Override
  public String label() {
    return "rwkv-7 time mixing %d×%d".formatted(recurrence.heads(), recurrence.keyWidth());
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    Workspace workspace = pass.workspace();
    int mark = workspace.mark();
    Activations previous = workspace.rows();
    pass.recurrences().shift(in, previous, pass.recurrences().states(slot, 1));
    Activations leaning = workspace.rows();
    Activations learning = workspace.rows();
    RecurrenceOperands operands = pass.recurrences().operands.start();
    operands.query.set(workspace.rows());
    operands.key.set(workspace.rows());
    operands.value.set(workspace.rows());
    operands.decay.set(workspace.rows());
    project(pass, in, previous, leaning, learning);
    Activations mixed = workspace.rows(in.rows(), recurrence.heads() * recurrence.valueWidth());
    recur(pass, learning, mixed);
    GatingKernels gating = pass.kernels().gating();
    gating.layerNormGroups(mixed, recurrence.heads(), norm.weight, norm.bias, norm.eps);
    gating.addBonus(
        operands.query.rows(), operands.key.rows(), operands.value.rows(), keys.bonus, recurrence.heads(), mixed);
    if (gates.gate != null) {
      lean(pass, in, previous, interpolations.gate, leaning);
      gates.gate.apply(pass, leaning, previous);
      pass.kernels().vector().gate(Activation.IDENTITY, previous, mixed, mixed);
    }
    pass.project(mixed, projections.output, out);
    workspace.release(mark);
  }

  /** Fills the operands query, key, value and decay, and the learning rates. */
  private void project(Pass pass, Activations in, Activations previous, Activations leaning, Activations learning) {
    RecurrenceOperands operands = pass.recurrences().operands;
    lean(pass, in, previous, interpolations.receptance, leaning);
    pass.project(leaning, projections.receptance, operands.query.rows());
    lean(pass, in, previous, interpolations.key, leaning);
    pass.project(leaning, projections.key, operands.key.rows());
    lean(pass, in, previous, interpolations.decay, leaning);
    Activations decay = operands.decay.rows();
    gates.decay.apply(pass, leaning, decay);
    pass.kernels().gating().decay(decay, DECAY_RATE, decay);
    lean(pass, in, previous, interpolations.learning, leaning);
    gates.learning.apply(pass, leaning, learning);
    lean(pass, in, previous, interpolations.value, leaning);
    pass.project(leaning, projections.value, operands.value.rows());
    mixFirstValue(pass, leaning, operands.value.rows());
  }

  private static void lean(Pass pass, Activations in, Activations previous, float[] weight, Activations out) {
    pass.kernels().gating().interpolate(in, previous, weight, out);
  }

  /** The first layer leaves its values for the others, which lean towards them. */
  private void mixFirstValue(Pass pass, Activations in, Activations value) {
    Activations first = pass.carried();
    if (gates.value == null) {
      first.resize(value.rows(), value.width());
      System.arraycopy(value.data(), 0, first.data(), 0, value.rows() * value.width());
      return;
    }
    int mark = pass.workspace().mark();
    Activations weights = pass.workspace().rows();
    gates.value.apply(pass, in, weights);
    pass.kernels().gating().interpolate(value, first, weights, value);
    pass.workspace().release(mark);
  }

  /** Makes removal and replacement of keys, changes the keys and runs the recurrence. */
  private void recur(Pass pass, Activations learning, Activations out) {
    GatingKernels gating = pass.kernels().gating();
    Recurrences recurrences = pass.recurrences();
    int mark = pass.workspace().mark();
    Activations key = recurrences.operands.key.rows();
    Activations removal = pass.workspace().rows();
    Activations replacement = pass.workspace().rows(key.rows(), key.width());
    gating.scale(key, keys.removal, removal);
    recurrences.l2Norm(removal, 0, recurrence.heads(), recurrence.keyWidth(), KEY_EPSILON, 1);
    recurrences.multiply(key, 0, learning, 0, replacement);
    gating.interpolate(key, replacement, keys.learning, key);
    recurrences.multiply(removal, 0, learning, 0, replacement);
    pass.kernels().vector().scale(removal, -1);
    recurrences.operands.removal.set(removal);
    recurrences.operands.replacement.set(replacement);
    recurrences.operands.out.set(out);
    recurrences.recur(recurrence, slot, 0);
    recurrences.advance(slot);
    pass.workspace().release(mark);
  }
}

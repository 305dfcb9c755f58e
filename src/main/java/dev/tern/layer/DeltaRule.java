package dev.tern.layer;

import dev.tern.kernel.LinearRecurrence;
import dev.tern.tensor.Activations;

/** The delta rule with unit keys and queries of length 1/√width, as all its mixers use it. */
final class DeltaRule {
  private static final float EPSILON = 1e-6f;

  private DeltaRule() {}

  /**
   * Normalises queries and keys in {@code qkv} (queries, keys, values side by side) and runs the recurrence on part 0
   * of the states.
   */
  static void run(
      Pass pass,
      LinearRecurrence recurrence,
      Activations qkv,
      Activations decay,
      Activations write,
      Activations out,
      int slot) {
    Recurrences recurrences = pass.recurrences();
    int width = recurrence.keyWidth();
    int keys = recurrence.keyHeads() * width;
    recurrences.l2Norm(qkv, 0, recurrence.keyHeads(), width, EPSILON, (float) (1 / Math.sqrt(width)));
    recurrences.l2Norm(qkv, keys, recurrence.keyHeads(), width, EPSILON, 1);
    recurrences.operands.start();
    recurrences.operands.query.set(qkv, 0);
    recurrences.operands.key.set(qkv, keys);
    recurrences.operands.value.set(qkv, 2 * keys);
    recurrences.operands.decay.set(decay);
    recurrences.operands.write.set(write);
    recurrences.operands.out.set(out);
    recurrences.recur(recurrence, slot, 0);
  }
}

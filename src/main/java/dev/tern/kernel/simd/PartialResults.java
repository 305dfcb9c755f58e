package dev.tern.kernel.simd;

import static dev.tern.kernel.KeyValueLayout.PANEL;

import dev.tern.kernel.KeyValueLayout;
import java.util.Arrays;

/** Results of blocks of rows over single segments, until they are merged. */
final class PartialResults {
  /** Slots per block of rows. */
  int segments;

  private int rows;
  private int width;
  private float[] max = new float[0];
  private float[] sum = new float[0];
  private float[] values = new float[0];

  /** Makes room for {@code items} blocks of rows with {@code segments} slots each. */
  void resize(int items, int segments, AttentionPlan plan) {
    this.segments = segments;
    this.rows = Math.min(plan.rows, AttentionPlan.BLOCK);
    this.width = KeyValueLayout.groups(plan.shape.valueWidth()) * PANEL;
    int slots = Math.multiplyExact(items * segments, rows);
    if (max.length < slots) {
      max = new float[slots];
      sum = new float[slots];
    }
    if (values.length < Math.multiplyExact(slots, width)) {
      values = new float[slots * width];
    }
  }

  /** Stores a result, or that there is none if {@code state} is null. */
  void put(int slot, SoftmaxState state, int count) {
    int at = slot * rows;
    if (state == null) {
      Arrays.fill(max, at, at + count, Float.NEGATIVE_INFINITY);
      return;
    }
    System.arraycopy(state.max, 0, max, at, count);
    System.arraycopy(state.sum, 0, sum, at, count);
    System.arraycopy(state.values, 0, values, at * width, count * width);
  }

  void mergeInto(SoftmaxState total, int slot, int count) {
    for (int r = 0; r < count; r++) {
      int at = slot * rows + r;
      total.merge(r, max[at], sum[at], values, at * width);
    }
  }
}

package dev.tern.kernel;

import dev.tern.tensor.Activations;

/** Checks that the arguments of {@link AttentionKernels#attend} fit each other, for every implementation. */
public final class AttentionCall {
  private AttentionCall() {}

  /**
   * Throws if rows, widths or positions do not fit, or the store no longer holds what the mask shows.
   *
   * @throws IllegalArgumentException naming what was expected and what was found
   */
  public static void check(
      AttentionShape shape,
      AttentionMask mask,
      KeyValueStore store,
      Activations q,
      int row,
      int count,
      int position,
      Activations out) {
    KeyValueShape held = store.shape();
    if (held.kvHeads() != shape.kvHeads()
        || held.keyWidth() != shape.keyWidth()
        || held.valueWidth() != shape.valueWidth()) {
      throw new IllegalArgumentException("attention of %s over a store of %s".formatted(shape, held));
    }
    requireRows("queries", q, shape.heads() * shape.keyWidth(), row, count);
    requireRows("outputs", out, shape.heads() * shape.valueWidth(), row, count);
    if (position < 0 || position > store.length() - count) {
      throw new IllegalArgumentException(
          "queries at positions %d + %d of a store of %d".formatted(position, count, store.length()));
    }
    if (count > 0) {
      requireHeld(mask, store, position, count);
    }
    if (mask.blocks() != null && (store.index() == null || !store.index().serves(mask.blocks()))) {
      throw new IllegalArgumentException("a store without an index for %s".formatted(mask));
    }
  }

  private static void requireRows(String what, Activations rows, int width, int row, int count) {
    if (rows.width() != width || row < 0 || count < 0 || row + count > rows.rows()) {
      throw new IllegalArgumentException(
          "%s: rows %d + %d of %d × %d, expected width %d"
              .formatted(what, row, count, rows.rows(), rows.width(), width));
    }
  }

  private static void requireHeld(AttentionMask mask, KeyValueStore store, int position, int count) {
    int from = mask.from(position);
    int to = mask.to(position + count - 1, store.length());
    if (!store.holds(from, to) || !store.holds(0, mask.sinksTo(position + count - 1))) {
      throw new IllegalArgumentException(
          "the store no longer holds all that %s shows to positions %d + %d".formatted(mask, position, count));
    }
  }
}

package dev.tern.layer;

import dev.tern.tensor.Activations;

/** Copies between rows that hold all heads and rows that hold one head each. */
final class Heads {
  private Heads() {}

  /**
   * Takes {@code to.width()} values from {@code at} of every head of every row: row {@code head · rows + row} of {@code
   * to}.
   */
  static void toHeadRows(Activations from, int heads, int at, Activations to) {
    int headWidth = from.width() / heads;
    for (int head = 0; head < heads; head++) {
      for (int row = 0; row < from.rows(); row++) {
        System.arraycopy(
            from.data(),
            from.offset(row) + head * headWidth + at,
            to.data(),
            to.offset(head * from.rows() + row),
            to.width());
      }
    }
  }

  /** The reverse of {@link #toHeadRows}. */
  static void fromHeadRows(Activations from, int heads, Activations to, int at) {
    int headWidth = to.width() / heads;
    for (int head = 0; head < heads; head++) {
      for (int row = 0; row < to.rows(); row++) {
        System.arraycopy(
            from.data(),
            from.offset(head * to.rows() + row),
            to.data(),
            to.offset(row) + head * headWidth + at,
            from.width());
      }
    }
  }

  /** Copies {@code width} values of every head, from one place in the head to another. */
  static void copyHeads(Activations from, int fromAt, Activations to, int toAt, int heads, int width) {
    int fromWidth = from.width() / heads;
    int toWidth = to.width() / heads;
    for (int row = 0; row < from.rows(); row++) {
      for (int head = 0; head < heads; head++) {
        System.arraycopy(
            from.data(),
            from.offset(row) + head * fromWidth + fromAt,
            to.data(),
            to.offset(row) + head * toWidth + toAt,
            width);
      }
    }
  }

  /** Copies {@code width} columns of every row. */
  static void copyColumns(Activations from, int fromAt, Activations to, int toAt, int width) {
    copyHeads(from, fromAt, to, toAt, 1, width);
  }
}

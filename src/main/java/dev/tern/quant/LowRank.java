package dev.tern.quant;

import dev.tern.error.TernException;

/**
 * The product {@code up · down} of a wide and a tall thin matrix, with no padding at ranks that are multiples of 16.
 *
 * <p>A panel of {@code down} holds 16 rows of the wide matrix in two halves: its row r below 16 is the first half of
 * row r of these, its row 16 + r the second half. Rows from the rank on have no meaning.
 *
 * @param inputs columns of the wide matrix, which is {@code [rank, inputs]}
 * @param down {@code [32 · ⌈rank / 16⌉, ⌈inputs / 2⌉]}
 * @param up {@code [outputs, rank]}
 */
public record LowRank(int inputs, Weights down, Weights up) {
  /** Rows of the wide matrix in a panel. */
  public static final int PANEL = 16;

  public LowRank {
    if (down.rows() != Layout.PANEL * panels(up.cols()) || down.cols() != Math.ceilDiv(inputs, 2)) {
      throw new TernException(
          "%s [%d, %d] are not halves of [%d, %d]".formatted(down.name(), down.rows(), down.cols(), up.cols(), inputs));
    }
  }

  /** Halves of the rows of a wide matrix {@code [rank, inputs]} in the order that panels hold them. */
  public static RowSource halves(RowSource wide) {
    RowSource even = wide.type().blockSize() == 1 && wide.cols() % 2 == 0 ? wide : padded(wide);
    int[] order = new int[Layout.PANEL * panels(wide.rows())];
    for (int i = 0; i < order.length; i++) {
      int row = i / Layout.PANEL * PANEL + i % PANEL;
      int from = Math.min(row, wide.rows() - 1);
      order[i] = 2 * (even.order() == null ? from : even.order()[from]) + i / PANEL % 2;
    }
    int rows = Math.toIntExact(2 * even.data().byteSize() / even.rowBytes());
    return new RowSource(wide.name(), even.type(), rows, even.cols() / 2, even.data(), null).permute(order);
  }

  /** The same values as floats, with another column of zeros where their number is odd. */
  private static RowSource padded(RowSource source) {
    int cols = source.cols() + source.cols() % 2;
    float[] values = new float[source.rows() * cols];
    for (int row = 0; row < source.rows(); row++) {
      Codecs.of(source.type()).decode(source.data(), source.offset(row), values, row * cols, source.cols());
    }
    return RowSource.of(source.name(), values, source.rows(), cols);
  }

  public int rank() {
    return up.cols();
  }

  public int outputs() {
    return up.rows();
  }

  /** Panels of {@link #down}. */
  public int panels() {
    return panels(rank());
  }

  private static int panels(int rank) {
    return Math.ceilDiv(rank, PANEL);
  }

  /**
   * Which row of {@link #down} starts with the first value of row {@code row}; its second half is {@link #PANEL} on.
   */
  public static int half(int row) {
    return row / PANEL * Layout.PANEL + row % PANEL;
  }
}

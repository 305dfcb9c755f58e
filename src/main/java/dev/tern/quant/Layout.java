package dev.tern.quant;

/**
 * The compute layouts: what kernels read. Every file type is packed into one of these when a model is loaded.
 *
 * <p>A matrix is cut into panels of 32 rows; the last one is padded with zero rows. A panel is a sequence of blocks
 * along the columns, so that one panel is one sequential run of memory and vector lanes are rows: no horizontal sums.
 * The last block is padded with zero codes. Where lanes are 16 bits wide, row {@code r} of the panel sits in lane
 * {@link #lane}: as 32-bit lanes the low halves are rows 0–15 and the high halves rows 16–31.
 */
public enum Layout {
  /** A block is one column: 32 floats in the order of the rows. */
  F32(1, 128),
  /** A block is one column: 32 half floats in lane order. */
  F16(1, 64),
  /** A block is one column: 32 bfloat16 values in lane order. */
  BF16(1, 64),
  /**
   * Codes 0–15 that stand for (code − 8) · scale. 32 columns: 8 × 32 shorts in lane order that hold four consecutive
   * columns in bits 0, 4, 8 and 12, then 32 half-float scales in lane order.
   */
  Q4(32, 576),
  /**
   * Signed bytes times a scale. 32 columns: 8 × 32 ints in the order of the rows that hold four consecutive columns,
   * then 32 half-float scales in lane order.
   */
  Q8(32, 1088);

  /** Rows of a panel. */
  public static final int PANEL = 32;

  private final int blockColumns;
  private final int blockBytes;

  Layout(int blockColumns, int blockBytes) {
    this.blockColumns = blockColumns;
    this.blockBytes = blockBytes;
  }

  /** Columns of a block. */
  public int blockColumns() {
    return blockColumns;
  }

  /** Bytes of a block of 32 rows. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Blocks of a panel. */
  public int blocks(int cols) {
    return Math.ceilDiv(cols, blockColumns);
  }

  /** Bytes of a panel. */
  public long panelBytes(int cols) {
    return (long) blocks(cols) * blockBytes;
  }

  /** Bytes of a matrix. */
  public long bytes(int rows, int cols) {
    return Math.multiplyExact(panels(rows), panelBytes(cols));
  }

  /** Panels of a matrix, the last one perhaps partly filled. */
  public static int panels(int rows) {
    return Math.ceilDiv(rows, PANEL);
  }

  /** The 16-bit lane of row {@code row} of a panel. */
  public static int lane(int row) {
    return row < 16 ? 2 * row : 2 * row - 31;
  }
}

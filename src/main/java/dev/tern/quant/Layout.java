package dev.tern.quant;

/**
 * The compute layouts: what kernels read. Every file type is packed into one of these when a model is loaded.
 *
 * <p>A matrix is cut into panels of 32 rows; the last one is padded with zero rows. A panel is a sequence of blocks
 * along the columns, so that one panel is one sequential run of memory and vector lanes are rows: no horizontal sums.
 * The last block is padded with codes of scale zero. Where lanes are 16 bits wide, row {@code r} of the panel sits in
 * lane {@link #lane}: as 32-bit lanes the low halves are rows 0–15 and the high halves rows 16–31.
 *
 * <p>Codes of 4 bits: 8 × 32 shorts in lane order that hold four consecutive columns in bits 0, 4, 8 and 12; what a
 * code stands for is told by a {@link Codebook}. Codes of 8 bits: 8 × 32 ints in the order of the rows that hold four
 * consecutive columns; they stand for code − 128. Codes of a block of 32 columns are followed by its {@link Scales}.
 */
public enum Layout {
  /** Columns of 32 floats in the order of the rows. */
  F32(128),
  /** Columns of 32 half floats in lane order. */
  F16(64),
  /** Columns of 32 bfloat16 values in lane order. */
  BF16(64),
  /** 4-bit codes, 576 bytes per block. */
  Q4(4, Scales.HALF),
  /** 4-bit codes, 592 bytes per block. */
  Q4_K(4, Scales.K32_MIN),
  /** 4-bit codes, 656 bytes per block. */
  Q4_K16(4, Scales.K16_MIN),
  /** 8-bit codes, 1,088 bytes per block. */
  Q8(8, Scales.HALF),
  /** 8-bit codes, 1,152 bytes per block. */
  Q8_MIN(8, Scales.HALF_MIN),
  /** 8-bit codes, 1,104 bytes per block. */
  Q8_K(8, Scales.K32_MIN),
  /** 8-bit codes, 1,096 bytes per block. */
  Q8_K16(8, Scales.K16);

  /** Rows of a panel. */
  public static final int PANEL = 32;

  private final int codeBits;
  private final Scales scales;
  private final int blockColumns;
  private final int blockBytes;

  Layout(int columnBytes) {
    codeBits = 0;
    scales = Scales.NONE;
    blockColumns = 1;
    blockBytes = columnBytes;
  }

  Layout(int codeBits, Scales scales) {
    this.codeBits = codeBits;
    this.scales = scales;
    blockColumns = 32;
    blockBytes = codeBits * 128 + scales.blockBytes();
  }

  /** Bits of a code, or 0 where values are floats. */
  public int codeBits() {
    return codeBits;
  }

  public Scales scales() {
    return scales;
  }

  /** Columns of a block: 32, or 1 of floats. */
  public int blockColumns() {
    return blockColumns;
  }

  /** Blocks of a panel that hold columns; the last super-block may have room for more. */
  public int blocks(int cols) {
    return Math.ceilDiv(cols, blockColumns);
  }

  /** Bytes from a block to the next in the same super-block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Where in a panel the super-block with block {@code block} starts. */
  public long superBlock(int block) {
    return codeBits == 0 ? (long) block * blockBytes : (long) (block / scales.blocks()) * superBlockBytes();
  }

  /** Where in a panel block {@code block} starts. */
  public long block(int block) {
    return codeBits == 0
        ? superBlock(block)
        : superBlock(block) + scales.headerBytes() + (long) (block % scales.blocks()) * blockBytes;
  }

  private int superBlockBytes() {
    return scales.headerBytes() + scales.blocks() * blockBytes;
  }

  /** Bytes of a panel. */
  public long panelBytes(int cols) {
    int blocks = blocks(cols);
    return codeBits == 0
        ? (long) blocks * blockBytes
        : (long) Math.ceilDiv(blocks, scales.blocks()) * superBlockBytes();
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

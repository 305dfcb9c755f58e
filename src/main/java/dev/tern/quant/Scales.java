package dev.tern.quant;

/**
 * Where the scales of coded layouts lie. Rows r and r + 16 of a panel share a 32-bit word: half floats in its two
 * halves, or bytes in the order in which the kinds below list them. Blocks are 32 columns; with super-blocks of 256
 * columns, half floats for all of them come first and multiply the whole numbers of the blocks.
 */
public enum Scales {
  /** None: the layout holds floats. */
  NONE(0, 0, 0),
  /** Per 32 columns a half float. */
  HALF(1, 0, 64),
  /** Per 32 columns a half float and a minimum, also one: code · scale + minimum. */
  HALF_MIN(1, 0, 128),
  /** Per 32 columns a byte below 128 for scale and for minimum of rows r and r + 16; minimums are subtracted. */
  K32_MIN(8, 128, 64),
  /** Per 16 columns a signed byte for rows r and r + 16; the first 16 columns, then the second. */
  K16(8, 64, 64),
  /** Per 16 columns what {@link #K32_MIN} has per 32, with signed bytes. */
  K16_MIN(8, 128, 128);

  private final int blocks;
  private final int headerBytes;
  private final int blockBytes;

  Scales(int blocks, int headerBytes, int blockBytes) {
    this.blocks = blocks;
    this.headerBytes = headerBytes;
    this.blockBytes = blockBytes;
  }

  /** Blocks of 32 columns in a super-block. */
  int blocks() {
    return blocks;
  }

  /** Bytes in front of the blocks of a super-block. */
  int headerBytes() {
    return headerBytes;
  }

  /** Bytes of scales after the codes of a block. */
  int blockBytes() {
    return blockBytes;
  }
}

package dev.tern.quant;

/**
 * One block of a file format taken apart into codes and scales as a compute layout stores them, without rounding. One
 * per thread; a block at a time.
 */
abstract class BlockCodes {
  /** Codes of up to 256 columns, four in the bytes of each int. */
  final int[] quads = new int[64];

  /** Whole-numbered scales of each 16 columns, where the layout has them. */
  final int[] scales = new int[16];

  /** Whole-numbered minimums of each 16 columns, where the layout has them. */
  final int[] mins = new int[16];

  /** The scale, of all columns of the block, as bits of a half float. */
  short scale;

  /** The minimum, or what minimums are multiplied by, as bits of a half float. */
  short min;

  /** Takes apart the block at {@code p}. */
  abstract void read(byte[] run, int p);

  static short f16(byte[] run, int at) {
    return (short) Bytes.u16(run, at);
  }
}

package dev.tern.kernel.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What a kernel works on: up to eight blocks of one panel, which never cross a super-block, and the activations they
 * are multiplied with. Kernels read its fields into locals; one per worker, reused.
 *
 * <p>Kernels of decoding read the segments at offsets and take no slices: in a large method the second compiler may
 * leave a slice uninlined, which then is an object on the heap for every block. (Bounds checked at every load cost 6%
 * of the rate in the cache and nothing beyond it.)
 */
final class PanelChunk {
  /** Blocks of 32 columns. */
  static final int BLOCKS = 8;

  static final int COLUMNS = 32 * BLOCKS;

  /** Rows of activations that are multiplied at a time. */
  static final int ROWS = 4;

  /** As many rows are faster as four, some of them twice the same, than one by one. */
  static final int FUSED = 3;

  /** Offsets in {@link #scales}: scales {@code [16 columns each][32 rows]}, as many minimums, as many zeros. */
  static final long MINS = 16 * 128L;

  static final long ZEROS = 2 * MINS;

  MemorySegment weights;

  /** Where the first block starts in the weights. */
  long at;

  /** Bytes from block to block. */
  int stride;

  /** Blocks, or columns of float layouts. */
  int blocks;

  /**
   * Panels one after another, of kernels that take more than one: they then read one sequential run of memory without a
   * pause, in which the processor's prefetching would come to rest.
   */
  int panels = 1;

  /**
   * One. The second compiler takes a short loop whose step it does not know as it is; of one over native memory whose
   * turns it can count it would split off the checks of bounds, which takes longer than the turns.
   */
  int step = 1;

  /** What was read for the sake of reading it. */
  int touched;

  /** Scales as floats. */
  final MemorySegment scales = Arena.ofAuto().allocate(3 * MINS, 64);

  /** Whole numbers {@code [tokens][64 rows]} of two blocks in turn. */
  final short[] whole = new short[2 * Int16TileKernels.TOKENS * Gemm.STEP_ROWS];

  /** Bits of the floats that codes stand for. */
  int[] table;

  /** Whole numbers that codes stand for, {@link #unit} times, twice: lookups take five bits of a code. */
  short[] levels;

  /** What {@link #levels} are multiplied by. */
  float unit;

  /** Whether 16 products of levels and activations stay within 16 bits; two always do. */
  boolean sixteen;

  /** What code zero stands for. */
  float zero;

  /** Activations, row by row. */
  float[] x;

  /** Where in them the columns of this chunk start, for each row. */
  final int[] from = new int[ROWS];

  /** The same rows with 8-bit values, for kernels that take whole panels of those. */
  final Quantized[] quantized = new Quantized[ROWS];

  /** Sums {@code [row][32]}, added to; or {@code [panel][32]} of one row where there are more panels than one. */
  float[] sums;

  /** Where the sums of the first row start. */
  int to;
}

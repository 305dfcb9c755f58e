package dev.tern.kernel.simd;

import java.lang.foreign.MemorySegment;

/** What a kernel of {@link LowRankTerms} works on; one per worker, reused. */
final class LowRankCall {
  MemorySegment weights;

  /** Where in them the first column starts. */
  long at;

  /** Columns to multiply with. */
  int columns;

  /** Panels of the tall matrix. */
  int panels;

  float[] x;

  /** Where in x the first column starts; of the wide matrix, that of the first half. */
  int first;

  /** The same of the second half. */
  int second;

  float[] out;

  /** Where in them the first sum goes. */
  int to;
}

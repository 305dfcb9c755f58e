package dev.tern.kernel.simd;

import java.util.Arrays;

/**
 * Shares out the work of a call, (segment, unit) pairs in this order, as contiguous bands with about the same number of
 * pages. Only how fast the result comes depends on it.
 */
final class SegmentBands {
  private AttentionPlan plan;
  private int count;
  private int segments;

  /** Pages of all units before each segment, and at the end of all. */
  private long[] starts = new long[1];

  void set(AttentionPlan plan, int count) {
    this.plan = plan;
    this.count = count;
    segments = plan.segments(0, plan.rows - 1);
    if (starts.length <= segments) {
      starts = Arrays.copyOf(starts, 2 * segments + 1);
    }
    for (int i = 0; i < segments; i++) {
      starts[i + 1] = starts[i] + (long) plan.pages(segment(i)) * plan.units();
    }
  }

  /** Segments that some row of the call sees. */
  int segments() {
    return segments;
  }

  int segment(int index) {
    return plan.segment(0, plan.rows - 1, index);
  }

  /** The first unit of the segment with an index that belongs to a band or a later one. */
  int firstUnit(int index, int band) {
    long start = starts[segments] * band / count - starts[index];
    long pages = plan.pages(segment(index));
    return (int) Math.clamp((2 * start + pages) / (2 * pages), 0L, plan.units());
  }
}

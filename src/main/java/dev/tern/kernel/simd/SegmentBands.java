package dev.tern.kernel.simd;

import java.util.Arrays;

/**
 * Shares out the work of a call, <em>items</em> of a segment and a unit in this order, as contiguous bands with about
 * the same number of panels. Only how fast the result comes depends on it.
 */
final class SegmentBands {
  private AttentionPlan plan;
  private int count;
  private int segments;

  /** Panels of all items before each, and at the end of all. */
  private long[] starts = new long[1];

  void set(AttentionPlan plan, int count) {
    this.plan = plan;
    this.count = count;
    segments = plan.segments(0, plan.rows - 1);
    int items = items();
    if (starts.length <= items) {
      starts = new long[Math.max(items + 1, 2 * starts.length)];
    }
    for (int item = 0; item < items; item++) {
      starts[item + 1] = starts[item] + plan.panels(item % plan.units(), segment(item / plan.units()));
    }
  }

  /** Segments that some row of the call sees. */
  int segments() {
    return segments;
  }

  int segment(int index) {
    return plan.segment(0, plan.rows - 1, index);
  }

  private int items() {
    return Math.multiplyExact(segments, plan.units());
  }

  /** Whether a unit reads anything of the segment with an index. */
  boolean reads(int index, int unit) {
    int item = index * plan.units() + unit;
    return starts[item + 1] > starts[item];
  }

  /** The first item that belongs to a band or a later one: the one that starts nearest to the band's share. */
  int firstItem(int band) {
    if (band == 0 || band == count) {
      return band == 0 ? 0 : items();
    }
    long share = starts[items()] * band / count;
    int found = Arrays.binarySearch(starts, 0, items(), share);
    if (found >= 0) {
      return found;
    }
    int next = -found - 1;
    return starts[next] - share <= share - starts[next - 1] ? next : next - 1;
  }
}

package dev.tern.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** For every sequence of a batch: its rows, in order of time, and the state they carry on. Reused between calls. */
public final class StateRows {
  private int[] first = new int[4];
  private int[] rows = new int[4];
  private MemorySegment[] states = new MemorySegment[4];
  private int count;

  /** Empties the list. */
  public StateRows start() {
    Arrays.fill(states, 0, count, null);
    count = 0;
    return this;
  }

  /** Adds a sequence with {@code rows} rows from {@code first} on. */
  public StateRows add(int first, int rows, MemorySegment state) {
    if (count == states.length) {
      int grown = 2 * count;
      this.first = Arrays.copyOf(this.first, grown);
      this.rows = Arrays.copyOf(this.rows, grown);
      states = Arrays.copyOf(states, grown);
    }
    this.first[count] = first;
    this.rows[count] = rows;
    states[count++] = state;
    return this;
  }

  /** Number of sequences. */
  public int count() {
    return count;
  }

  /** First row of a sequence. */
  public int first(int sequence) {
    return first[sequence];
  }

  /** Number of rows of a sequence. */
  public int rows(int sequence) {
    return rows[sequence];
  }

  public MemorySegment state(int sequence) {
    return states[sequence];
  }
}

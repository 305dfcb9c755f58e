package dev.tern.layer;

import java.util.List;

/**
 * Consecutive rows of a batch that are consecutive positions of one sequence. It belongs to its {@link Batch}, which
 * uses it again when it starts anew, so that decoding allocates nothing.
 */
public final class Span {
  private State[] states;
  private List<WeightedAdapter> adapters;
  private int row;
  private int count;
  private int position;

  Span() {}

  Span set(State[] states, List<WeightedAdapter> adapters, int row, int count, int position) {
    this.states = states;
    this.adapters = adapters;
    this.row = row;
    this.count = count;
    this.position = position;
    return this;
  }

  /** Forgets the sequence. */
  void clear() {
    states = null;
    adapters = List.of();
  }

  /** Of the sequence, by slot. */
  public State[] states() {
    return states;
  }

  /** In force for these rows. */
  public List<WeightedAdapter> adapters() {
    return adapters;
  }

  /** First row in the batch. */
  public int row() {
    return row;
  }

  /** Rows. */
  public int count() {
    return count;
  }

  /** Of the first row in its sequence. */
  public int position() {
    return position;
  }

  /** The row after the last. */
  public int end() {
    return row + count;
  }
}

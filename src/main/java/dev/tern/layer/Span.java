package dev.tern.layer;

import java.util.List;

/**
 * Consecutive rows of a batch that are consecutive positions of one sequence.
 *
 * @param states of the sequence, by slot
 * @param adapters in force for these rows
 * @param row first row in the batch
 * @param count rows
 * @param position of the first row in its sequence
 */
public record Span(State[] states, List<WeightedAdapter> adapters, int row, int count, int position) {
  /** The row after the last. */
  public int end() {
    return row + count;
  }
}

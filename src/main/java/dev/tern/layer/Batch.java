package dev.tern.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tokens of one or several sequences that go through the network together. Reused between steps.
 *
 * <p>A decoding batch holds single next tokens; its rows are computed so that each depends, bit for bit, only on its
 * own sequence and not on what else is in the batch.
 */
public final class Batch {
  private final List<Span> spans = new ArrayList<>();
  private final List<Span> spare = new ArrayList<>();
  private int[] tokens = new int[1];
  private int[] positions = new int[1];
  private int[] outputs = new int[1];
  private int size;
  private int outputCount;
  private boolean decode;
  private boolean adapted;

  /** Empties the batch. */
  public Batch start(boolean decode) {
    for (int i = spans.size() - 1; i >= 0; i--) {
      spans.get(i).clear();
      spare.add(spans.get(i));
    }
    spans.clear();
    size = 0;
    outputCount = 0;
    adapted = false;
    this.decode = decode;
    return this;
  }

  /** Appends {@code count} tokens of a sequence that stands at {@code position}. */
  public Span add(State[] states, List<WeightedAdapter> adapters, int position, int[] ids, int from, int count) {
    ensure(size + count);
    Span span = (spare.isEmpty() ? new Span() : spare.removeLast()).set(states, adapters, size, count, position);
    for (int i = 0; i < count; i++) {
      tokens[size] = ids[from + i];
      positions[size++] = position + i;
    }
    spans.add(span);
    adapted |= !adapters.isEmpty();
    return span;
  }

  /** Asks for the logits of a row; they come in the order of the calls. */
  public void output(int row) {
    outputs[outputCount++] = row;
  }

  private void ensure(int capacity) {
    if (capacity > tokens.length) {
      int grown = Math.max(capacity, 2 * tokens.length);
      tokens = Arrays.copyOf(tokens, grown);
      positions = Arrays.copyOf(positions, grown);
      outputs = Arrays.copyOf(outputs, grown);
    }
  }

  public int size() {
    return size;
  }

  public boolean decode() {
    return decode;
  }

  /** Whether any span has an adapter. */
  public boolean adapted() {
    return adapted;
  }

  public int token(int row) {
    return tokens[row];
  }

  public int position(int row) {
    return positions[row];
  }

  /** Sequences in the batch. */
  public int spanCount() {
    return spans.size();
  }

  /** The rows of one sequence. By index: an iterator would be an object for every layer and token. */
  public Span span(int index) {
    return spans.get(index);
  }

  public int outputCount() {
    return outputCount;
  }

  /** The row of the {@code index}-th requested output. */
  public int outputRow(int index) {
    return outputs[index];
  }

  int[] outputRows() {
    return outputs;
  }
}

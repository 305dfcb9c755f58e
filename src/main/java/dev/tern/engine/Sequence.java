package dev.tern.engine;

import dev.tern.error.TernException;
import dev.tern.layer.Slots;
import dev.tern.layer.State;
import dev.tern.layer.WeightedAdapter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens that went through the network for one text, and the states they left. Belongs to one thread at a time; the
 * engine runs steps of different sequences together.
 */
public final class Sequence implements AutoCloseable {
  private final State[] states;
  private List<WeightedAdapter> adapters = List.of();
  private int[] tokens = new int[64];
  private int length;
  private boolean closed;
  private boolean broken;

  Sequence(State[] states) {
    this.states = states;
  }

  /** Positions computed so far. */
  public int length() {
    return length;
  }

  /** The token at a position. */
  public int token(int position) {
    return tokens[position];
  }

  /** How many of the first tokens equal those of this sequence. */
  public int commonPrefix(int[] ids) {
    int limit = Math.min(ids.length, length);
    int common = Arrays.mismatch(ids, 0, limit, tokens, 0, limit);
    return common < 0 ? limit : common;
  }

  /** Whether {@link #truncate} to {@code length} is possible. */
  public boolean canTruncate(int length) {
    for (State state : states) {
      if (!state.canTruncate(length)) {
        return false;
      }
    }
    return true;
  }

  /** Forgets all positions from {@code length} on. */
  public void truncate(int length) {
    requireOpen();
    if (length < 0 || length > this.length || !canTruncate(length)) {
      throw new TernException(
          "a sequence of %d tokens cannot go back to %d: restore a snapshot".formatted(this.length, length));
    }
    for (State state : states) {
      state.truncate(length);
    }
    this.length = length;
  }

  /** An independent copy: a snapshot to return to, or a branch to go on from. */
  public Sequence copy() {
    requireOpen();
    State[] copies = new State[states.length];
    try {
      for (int i = 0; i < states.length; i++) {
        copies[i] = states[i].copy();
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      Slots.close(copies);
      throw e;
    }
    Sequence copy = new Sequence(copies);
    copy.adapt(adapters);
    copy.tokens = Arrays.copyOf(tokens, Math.max(64, length));
    copy.length = length;
    return copy;
  }

  /** The adapters in force from the next token on; see {@link Engine#adapt}. */
  void adapt(List<WeightedAdapter> adapters) {
    List<WeightedAdapter> before = this.adapters;
    List<WeightedAdapter> retained = new ArrayList<>();
    try {
      for (WeightedAdapter weighted : adapters) {
        weighted.adapter().retain();
        retained.add(weighted);
      }
    } catch (RuntimeException e) {
      release(retained);
      throw e;
    }
    this.adapters = List.copyOf(adapters);
    release(before);
  }

  private static void release(List<WeightedAdapter> adapters) {
    adapters.forEach(weighted -> weighted.adapter().release());
  }

  public List<WeightedAdapter> adapters() {
    return adapters;
  }

  /** Bytes of state. */
  public long bytes() {
    long bytes = 0;
    for (State state : states) {
      bytes += state.bytes();
    }
    return bytes;
  }

  State[] states() {
    return states;
  }

  /** Records tokens that went through the network. */
  void advance(int[] ids, int from, int count) {
    if (length + count > tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(length + count, 2 * tokens.length));
    }
    System.arraycopy(ids, from, tokens, length, count);
    length += count;
  }

  /** Undoes a step that failed half-way; a sequence whose states cannot go back is no longer usable. */
  void rollBack() {
    if (canTruncate(length)) {
      truncate(length);
    } else {
      broken = true;
    }
  }

  void requireOpen() {
    if (closed) {
      throw new TernException("the sequence is closed");
    }
    if (broken) {
      throw new TernException("the sequence is unusable: a step failed and its states cannot go back");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Slots.close(states);
      release(adapters);
      adapters = List.of();
    }
  }
}

package dev.tern.engine;

import dev.tern.layer.StateOptions;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * A sequence that can go back to any earlier length. Caches of keys and values are cut; a recurrent state cannot be, so
 * snapshots are kept from which the missing tokens are run again. Snapshots share what does not change with the
 * sequence: they cost little more than the recurrent states.
 */
public final class Rewinding implements AutoCloseable {
  private static final int MOST_SNAPSHOTS = 4;

  private final Engine engine;
  private final StateOptions options;
  private final Deque<Sequence> snapshots = new ArrayDeque<>();
  private Sequence sequence;

  /** An empty sequence. */
  public Rewinding(Engine engine, StateOptions options) {
    this(engine, options, engine.sequence(options));
  }

  private Rewinding(Engine engine, StateOptions options, Sequence sequence) {
    this.engine = engine;
    this.options = options;
    this.sequence = sequence;
  }

  /** An independent copy, without the snapshots. */
  public Rewinding copy() {
    return new Rewinding(engine, options, sequence.copy());
  }

  /** The sequence as it stands; {@link #rewind} may replace it. */
  public Sequence sequence() {
    return sequence;
  }

  /** Keeps this point to return to, where cutting would not do. */
  public void mark() {
    if (sequence.length() == 0 || sequence.canTruncate(sequence.length() - 1)) {
      return;
    }
    if (!snapshots.isEmpty() && snapshots.getLast().length() == sequence.length()) {
      return;
    }
    if (snapshots.size() == MOST_SNAPSHOTS) {
      snapshots.removeFirst().close();
    }
    Sequence snapshot = sequence.copy();
    engine.adapt(snapshot, List.of());
    snapshots.addLast(snapshot);
  }

  /** Goes back to the first {@code length} tokens; returns how many had to be run again. */
  public int rewind(int length) {
    if (sequence.canTruncate(length)) {
      sequence.truncate(length);
      dropSnapshotsBeyond(length);
      return 0;
    }
    int[] ids = new int[length];
    Arrays.setAll(ids, sequence::token);
    dropSnapshotsBeyond(length);
    Sequence start = snapshots.isEmpty() ? engine.sequence(options) : snapshots.getLast().copy();
    engine.adapt(start, sequence.adapters());
    sequence.close();
    sequence = start;
    int known = start.length();
    engine.prefill(sequence, Arrays.copyOfRange(ids, known, length), false, null, Engine.Go.ALWAYS);
    return length - known;
  }

  private void dropSnapshotsBeyond(int length) {
    while (!snapshots.isEmpty() && snapshots.getLast().length() > length) {
      snapshots.removeLast().close();
    }
  }

  @Override
  public void close() {
    sequence.close();
    snapshots.forEach(Sequence::close);
    snapshots.clear();
  }
}

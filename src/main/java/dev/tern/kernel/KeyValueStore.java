package dev.tern.kernel;

import dev.tern.tensor.Activations;

/** Keys and values of one sequence and one layer, by position. */
public interface KeyValueStore extends AutoCloseable {
  /** Positions held: the next append goes here. */
  int length();

  /** Stores rows {@code row … row + count} of k {@code [rows, kvHeads·keyWidth]} and v at the next positions. */
  void append(Activations k, Activations v, int row, int count);

  /** Forgets all positions from {@code length} on. */
  void truncate(int length);

  /** Bytes of native memory in use. */
  long bytes();

  @Override
  void close();
}

package dev.tern.kernel;

import dev.tern.tensor.Activations;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Keys and values of one sequence and one layer, by position. One thread at a time may change a store; stores made from
 * each other by {@link #copy} may be used by different threads.
 */
public sealed interface KeyValueStore extends AutoCloseable permits PagedStore {
  KeyValueShape shape();

  KvType type();

  /** Positions appended so far: the next append goes here. */
  int length();

  /** Whether all positions {@code from … to} (exclusive) are still held; a ring forgets what its window has passed. */
  boolean holds(int from, int to);

  /**
   * Stores rows {@code row … row + count} of k {@code [rows, kvHeads·keyWidth]} and v {@code [rows,
   * kvHeads·valueWidth]} at the next positions; a latent store ignores v, which may be null.
   */
  void append(Activations k, Activations v, int row, int count);

  /** Copies the key of a position and head to {@code out[at …]}, as the format returns it. */
  void key(int position, int head, float[] out, int at);

  /** Copies the value of a position and head to {@code out[at …]}, as the format returns it. */
  void value(int position, int head, float[] out, int at);

  /** Summaries of the blocks of keys; null if the store keeps none. */
  BlockIndex index();

  /** Whether everything that position {@code length} may look back on is still held. */
  boolean canTruncate(int length);

  /**
   * Forgets all positions from {@code length} on.
   *
   * @throws IllegalStateException if {@link #canTruncate} says no
   */
  void truncate(int length);

  /** An independent store with the same contents; pages are shared until one of the two changes them. */
  KeyValueStore copy();

  /** Writes the contents; {@link #restore} of a store made alike reads them. */
  void save(OutputStream out) throws IOException;

  /**
   * Replaces the contents by what {@link #save} wrote.
   *
   * @throws IOException if the stream ends early or was written by a store of another shape, type or window
   */
  void restore(InputStream in) throws IOException;

  /** Bytes of native memory in use by this store, pages shared with copies included. */
  long bytes();

  /** Bytes of native memory that a sequence of {@code length} positions takes here. */
  long bytesAt(int length);

  @Override
  void close();
}

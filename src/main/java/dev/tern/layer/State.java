package dev.tern.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** What a token mixer remembers of one sequence. Positions are counted from the start of the sequence. */
public interface State extends AutoCloseable {
  /** Whether {@link #truncate} to {@code length} positions is possible; if not, a snapshot must be replayed. */
  boolean canTruncate(int length);

  /** Forgets everything from position {@code length} on. */
  void truncate(int length);

  /** An independent copy. */
  State copy();

  /** Bytes of memory in use. */
  long bytes();

  /** Bytes of memory that a sequence of {@code length} positions takes here. */
  long bytesAt(int length);

  void save(OutputStream out) throws IOException;

  /** Replaces the contents by what {@link #save} wrote. */
  void restore(InputStream in) throws IOException;

  @Override
  void close();
}

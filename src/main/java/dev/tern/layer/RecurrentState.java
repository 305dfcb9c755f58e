package dev.tern.layer;

import dev.tern.error.TernException;
import dev.tern.tensor.NativeMemory;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a recurrent mixer remembers of one sequence: a few blocks of f32 whose size does not depend on the length, such
 * as matrices of heads and the last inputs of a convolution. The past cannot be taken out of it again, so it goes back
 * only to its start; anywhere else needs a copy made in time.
 */
public final class RecurrentState implements State {
  private static final int BUFFER = 1 << 16;

  private final NativeMemory memory = new NativeMemory();
  private final MemorySegment[] parts;
  private long length;

  /**
   * An empty state.
   *
   * @param bytes of each part, multiples of 4
   */
  public RecurrentState(long... bytes) {
    parts = new MemorySegment[bytes.length];
    try {
      for (int i = 0; i < bytes.length; i++) {
        parts[i] = memory.allocate(bytes[i]);
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      memory.close();
      throw e;
    }
  }

  /** Floats of one part. */
  public MemorySegment part(int index) {
    return parts[index];
  }

  /** Records positions that were processed. */
  void advance(int count) {
    length += count;
  }

  @Override
  public boolean canTruncate(int length) {
    return length == this.length || length == 0;
  }

  @Override
  public void truncate(int length) {
    if (!canTruncate(length)) {
      throw new TernException("a recurrent state at position %d cannot go back to %d".formatted(this.length, length));
    }
    if (length == 0) {
      for (MemorySegment part : parts) {
        part.fill((byte) 0);
      }
      this.length = 0;
    }
  }

  @Override
  public State copy() {
    RecurrentState copy = new RecurrentState(sizes());
    for (int i = 0; i < parts.length; i++) {
      copy.parts[i].copyFrom(parts[i]);
    }
    copy.length = length;
    return copy;
  }

  private long[] sizes() {
    long[] sizes = new long[parts.length];
    for (int i = 0; i < parts.length; i++) {
      sizes[i] = parts[i].byteSize();
    }
    return sizes;
  }

  @Override
  public long bytes() {
    return memory.bytes();
  }

  @Override
  public long bytesAt(int length) {
    return bytes();
  }

  /** Writes the length, then every part after its size, all little-endian. */
  @Override
  public void save(OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    writeLong(out, length);
    for (MemorySegment part : parts) {
      writeLong(out, part.byteSize());
      for (long at = 0; at < part.byteSize(); at += BUFFER) {
        int count = (int) Math.min(BUFFER, part.byteSize() - at);
        MemorySegment.copy(part, ValueLayout.JAVA_BYTE, at, buffer, 0, count);
        out.write(buffer, 0, count);
      }
    }
  }

  @Override
  public void restore(InputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long saved = readLong(in);
    if (saved < 0) {
      throw new IOException("recurrent state: expected a length, found " + saved);
    }
    for (MemorySegment part : parts) {
      long size = readLong(in);
      if (size != part.byteSize()) {
        throw new IOException(
            "recurrent state: expected a part of %d bytes, found %d".formatted(part.byteSize(), size));
      }
      for (long at = 0; at < size; at += BUFFER) {
        int count = (int) Math.min(BUFFER, size - at);
        readFully(in, buffer, count);
        MemorySegment.copy(buffer, 0, part, ValueLayout.JAVA_BYTE, at, count);
      }
    }
    length = saved;
  }

  private static void writeLong(OutputStream out, long value) throws IOException {
    out.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  private static long readLong(InputStream in) throws IOException {
    byte[] bytes = new byte[Long.BYTES];
    readFully(in, bytes, bytes.length);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static void readFully(InputStream in, byte[] buffer, int count) throws IOException {
    if (in.readNBytes(buffer, 0, count) != count) {
      throw new EOFException("recurrent state: the stream ends early");
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}

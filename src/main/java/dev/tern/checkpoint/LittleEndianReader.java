package dev.tern.checkpoint;

import dev.tern.error.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;

/**
 * Reads little-endian values one after another; running over the end is an error that names the place. The bytes pass
 * through a buffer on the heap: a vocabulary is half a million small reads, most of them before anything is compiled,
 * and those cost less there than from a segment.
 */
final class LittleEndianReader {
  private static final int WINDOW = 1 << 16;

  private final String source;
  private final MemorySegment bytes;
  private final long limit;
  private long position;
  private ByteBuffer window = ByteBuffer.allocate(0);
  private long windowStart;
  private String subject = "header";

  /** Reads the first {@code limit} bytes at most. */
  LittleEndianReader(String source, MemorySegment bytes, long limit) {
    this.source = source;
    this.bytes = bytes;
    this.limit = Math.min(limit, bytes.byteSize());
  }

  /** What is being read, for messages: a key, a tensor. */
  void subject(String name) {
    subject = name;
  }

  long position() {
    return position;
  }

  long remaining() {
    return limit - position;
  }

  byte int8() {
    return window(1).get();
  }

  short int16() {
    return window(2).getShort();
  }

  int int32() {
    return window(4).getInt();
  }

  long int64() {
    return window(8).getLong();
  }

  long uint32() {
    return Integer.toUnsignedLong(int32());
  }

  /** An unsigned 64-bit number of things of which each takes {@code itemBytes} bytes at least. */
  int count(String what, long itemBytes, int max) {
    long count = int64();
    if (count < 0 || count > max) {
      throw mismatch("at most %d %s".formatted(max, what), Long.toUnsignedString(count));
    }
    if (count * itemBytes > remaining()) {
      throw mismatch("%d %s".formatted(count, what), "only %d more bytes".formatted(remaining()));
    }
    return (int) count;
  }

  /** A string: its length in 64 bits, then UTF-8. */
  String text(String what, int maxBytes) {
    int length = count(what, 1, maxBytes);
    ByteBuffer utf8 = window(length);
    try {
      return Utf8.decode(utf8.array(), utf8.position(), length);
    } catch (CharacterCodingException e) {
      throw new CheckpointException(
          "%s: %s: expected UTF-8 before byte %d, found %s".formatted(source, subject, position, e.getMessage()), e);
    }
  }

  CheckpointException mismatch(String expected, Object found) {
    return Messages.mismatch(source, subject, expected, found);
  }

  /** A buffer on the heap that stands at the next {@code count} bytes, which are passed over. */
  private ByteBuffer window(int count) {
    if (count > remaining()) {
      throw mismatch("%d more bytes at byte %d".formatted(count, position), "only " + remaining());
    }
    if (position + count > windowStart + window.capacity()) {
      windowStart = position;
      long size = Math.min(remaining(), Math.max(count, WINDOW));
      window = ByteBuffer.wrap(bytes.asSlice(position, size).toArray(ValueLayout.JAVA_BYTE));
      window.order(ByteOrder.LITTLE_ENDIAN);
    }
    window.position((int) (position - windowStart));
    position += count;
    return window;
  }
}

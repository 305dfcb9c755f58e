package dev.tern.checkpoint;

import dev.tern.error.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;

/** Reads little-endian values one after another; running over the end is an error that names the place. */
final class LittleEndianReader {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String source;
  private final MemorySegment bytes;
  private final long limit;
  private long position;
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
    return bytes.get(ValueLayout.JAVA_BYTE, advance(1));
  }

  short int16() {
    return bytes.get(SHORT, advance(2));
  }

  int int32() {
    return bytes.get(INT, advance(4));
  }

  long int64() {
    return bytes.get(LONG, advance(8));
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
    byte[] utf8 = new byte[count("bytes of " + what, 1, maxBytes)];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, advance(utf8.length), utf8, 0, utf8.length);
    try {
      return Utf8.decode(utf8);
    } catch (CharacterCodingException e) {
      throw new CheckpointException(
          "%s: %s: expected UTF-8 in %s before byte %d, found %s"
              .formatted(source, subject, what, position, e.getMessage()),
          e);
    }
  }

  CheckpointException mismatch(String expected, Object found) {
    return Messages.mismatch(source, subject, expected, found);
  }

  private long advance(long count) {
    if (count > limit - position) {
      throw mismatch("%d more bytes at byte %d".formatted(count, position), "only " + remaining());
    }
    long at = position;
    position += count;
    return at;
  }
}

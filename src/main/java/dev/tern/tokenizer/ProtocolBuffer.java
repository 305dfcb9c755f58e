package dev.tern.tokenizer;

import dev.tern.error.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A message in the wire format of protocol buffers, read field by field.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">the encoding</a>
 */
final class ProtocolBuffer {
  private final String source;
  private final ByteBuffer buffer;

  private ProtocolBuffer(String source, ByteBuffer buffer) {
    this.source = source;
    this.buffer = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** {@code source} names the file in error messages. */
  static ProtocolBuffer of(String source, byte[] bytes) {
    return new ProtocolBuffer(source, ByteBuffer.wrap(bytes));
  }

  /** Receives the fields of a message. */
  interface Fields {
    void accept(int field, Value value);
  }

  /** Hands over the fields in the order of the file. */
  void read(Fields fields) {
    while (buffer.hasRemaining()) {
      long key = varint();
      fields.accept((int) (key >>> 3), value((int) key & 7));
    }
  }

  private Value value(int wireType) {
    return switch (wireType) {
      case Value.VARINT -> new Value(wireType, varint(), null);
      case Value.EIGHT_BYTES -> new Value(wireType, bytes(8).getLong(), null);
      case Value.BYTES -> new Value(wireType, 0, bytes(varint()));
      case Value.FOUR_BYTES -> new Value(wireType, bytes(4).getInt(), null);
      default -> throw malformed("wire type " + wireType);
    };
  }

  private ByteBuffer bytes(long length) {
    if (length < 0 || length > buffer.remaining()) {
      throw malformed("a field of %d bytes where %d are left".formatted(length, buffer.remaining()));
    }
    ByteBuffer part = buffer.slice(buffer.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.position(buffer.position() + (int) length);
    return part;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64 && buffer.hasRemaining(); shift += 7) {
      byte next = buffer.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed("an unfinished number");
  }

  private CheckpointException malformed(String found) {
    return new CheckpointException("%s: expected a protocol buffer, found %s".formatted(source, found));
  }

  /** The value of a field in one of the wire types; asking for another is an error. */
  final class Value {
    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int BYTES = 2;
    private static final int FOUR_BYTES = 5;

    private final int wireType;
    private final long number;
    private final ByteBuffer bytes;

    private Value(int wireType, long number, ByteBuffer bytes) {
      this.wireType = wireType;
      this.number = number;
      this.bytes = bytes;
    }

    long number() {
      require(VARINT);
      return number;
    }

    float real() {
      require(FOUR_BYTES);
      return Float.intBitsToFloat((int) number);
    }

    byte[] bytes() {
      require(BYTES);
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      return copy;
    }

    ProtocolBuffer message() {
      require(BYTES);
      return new ProtocolBuffer(source, bytes);
    }

    private void require(int expected) {
      if (wireType != expected) {
        throw malformed("a field of wire type %d for one of type %d".formatted(wireType, expected));
      }
    }
  }
}

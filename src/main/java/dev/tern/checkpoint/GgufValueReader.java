package dev.tern.checkpoint;

import java.math.BigInteger;

/** Reads metadata values of GGUF into the types of {@link Metadata}. */
final class GgufValueReader {
  /** Longest text in bytes; whole tokenizers in JSON are stored as texts of some 30 MB. */
  static final int MAX_TEXT = 1 << 27;

  /** Most elements in all arrays of a file together: some ten times those of the largest vocabularies. */
  static final int MAX_ELEMENTS = 1 << 24;

  private final LittleEndianReader in;
  private int elementsLeft = MAX_ELEMENTS;

  GgufValueReader(LittleEndianReader in) {
    this.in = in;
  }

  GgufValue read() {
    GgufType type = type();
    return type == GgufType.ARRAY ? array() : scalar(type);
  }

  private GgufType type() {
    int id = in.int32();
    return GgufType.ofId(id).orElseThrow(() -> in.mismatch("a value type from 0 to 12", Integer.toUnsignedString(id)));
  }

  private GgufValue scalar(GgufType type) {
    Object value =
        switch (type) {
          case FLOAT32 -> (double) Float.intBitsToFloat(in.int32());
          case FLOAT64 -> Double.longBitsToDouble(in.int64());
          case BOOL -> flag();
          case STRING -> in.text("text", MAX_TEXT);
          case UINT64 -> unsigned(in.int64());
          case UINT8, INT8, UINT16, INT16, UINT32, INT32, INT64 -> integer(type);
          case ARRAY -> throw new IllegalArgumentException("an array is no scalar");
        };
    return new GgufValue(type, value);
  }

  private GgufValue array() {
    GgufType type = type();
    if (type == GgufType.ARRAY) {
      throw in.mismatch("an array of scalars or texts", "an array of arrays");
    }
    int count = in.count("elements in arrays", type.minBytes(), elementsLeft);
    elementsLeft -= count;
    Object values =
        switch (type) {
          case FLOAT32 -> floats(count);
          case FLOAT64 -> doubles(count);
          case BOOL -> flags(count);
          case STRING -> texts(count);
          default -> integers(type, count);
        };
    return new GgufValue(type, values);
  }

  private float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Float.intBitsToFloat(in.int32());
    }
    return values;
  }

  private double[] doubles(int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = Double.longBitsToDouble(in.int64());
    }
    return values;
  }

  private boolean[] flags(int count) {
    boolean[] values = new boolean[count];
    for (int i = 0; i < count; i++) {
      values[i] = flag();
    }
    return values;
  }

  private String[] texts(int count) {
    String[] values = new String[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.text("text", MAX_TEXT);
    }
    return values;
  }

  private long[] integers(GgufType type, int count) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = integer(type);
      if (type == GgufType.UINT64 && values[i] < 0) {
        throw in.mismatch("integers below 2^63 in arrays", Long.toUnsignedString(values[i]));
      }
    }
    return values;
  }

  private long integer(GgufType type) {
    return switch (type) {
      case UINT8 -> Byte.toUnsignedLong(in.int8());
      case INT8 -> in.int8();
      case UINT16 -> Short.toUnsignedLong(in.int16());
      case INT16 -> in.int16();
      case UINT32 -> in.uint32();
      case INT32 -> in.int32();
      case UINT64, INT64 -> in.int64();
      default -> throw new IllegalArgumentException(type + " is no integer");
    };
  }

  private boolean flag() {
    byte value = in.int8();
    if (value != 0 && value != 1) {
      throw in.mismatch("a flag of 0 or 1", Byte.toUnsignedInt(value));
    }
    return value == 1;
  }

  private static Number unsigned(long bits) {
    return bits >= 0 ? (Number) bits : new BigInteger(Long.toUnsignedString(bits));
  }
}

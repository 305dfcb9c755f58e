package dev.tern.checkpoint;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The types of metadata values in a GGUF file.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the specification of GGUF</a>
 */
public enum GgufType {
  UINT8(0, 1),
  INT8(1, 1),
  UINT16(2, 2),
  INT16(3, 2),
  UINT32(4, 4),
  INT32(5, 4),
  FLOAT32(6, 4),
  BOOL(7, 1),
  STRING(8, 8),
  ARRAY(9, 12),
  UINT64(10, 8),
  INT64(11, 8),
  FLOAT64(12, 8);

  private static final Map<Integer, GgufType> BY_ID =
      Arrays.stream(values()).collect(Collectors.toMap(GgufType::id, type -> type));

  private final int id;
  private final int minBytes;

  GgufType(int id, int minBytes) {
    this.id = id;
    this.minBytes = minBytes;
  }

  static Optional<GgufType> ofId(int id) {
    return Optional.ofNullable(BY_ID.get(id));
  }

  /** The number that stands for it in files. */
  public int id() {
    return id;
  }

  /** Bytes that a value takes; at least, for texts and arrays. */
  int minBytes() {
    return minBytes;
  }

  /** Whether this is an integer type with that number in its range. */
  boolean holds(BigInteger value) {
    int bits = 8 * minBytes;
    return switch (this) {
      case UINT8, UINT16, UINT32, UINT64 -> value.signum() >= 0 && value.bitLength() <= bits;
      case INT8, INT16, INT32, INT64 -> value.bitLength() < bits;
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> false;
    };
  }
}

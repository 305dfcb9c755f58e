package dev.tern.checkpoint;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;

/**
 * A metadata value with its exact type in the file, which other readers of GGUF insist on.
 *
 * @param type of the value, or of the elements of an array
 * @param value as in {@link Metadata}: an array exactly if the file has one
 */
public record GgufValue(GgufType type, Object value) {
  public GgufValue {
    Objects.requireNonNull(value);
    if (type == GgufType.ARRAY) {
      throw new IllegalArgumentException("expected the type of the elements, found ARRAY");
    }
  }

  public boolean isArray() {
    return value.getClass().isArray();
  }

  /**
   * A value of {@link Metadata} with the type that published files give to such values: unsigned integers and integer
   * arrays of 32 bits, and floats, where the values allow it.
   */
  public static GgufValue of(Object value) {
    return new GgufValue(usualType(value), value);
  }

  private static GgufType usualType(Object value) {
    return switch (value) {
      case Long integer when integer >= 0 && integer < 1L << 32 -> GgufType.UINT32;
      case Long integer -> integer.intValue() == integer ? GgufType.INT32 : GgufType.INT64;
      case BigInteger _ -> GgufType.UINT64;
      case Double _, float[] _, double[] _ -> GgufType.FLOAT32;
      case Boolean _, boolean[] _ -> GgufType.BOOL;
      case String _, String[] _ -> GgufType.STRING;
      case long[] integers -> Arrays.stream(integers).allMatch(i -> (int) i == i) ? GgufType.INT32 : GgufType.INT64;
      default -> throw new IllegalArgumentException("no metadata value: " + value.getClass());
    };
  }
}

package dev.tern.checkpoint;

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

  public static GgufValue uint32(long value) {
    return new GgufValue(GgufType.UINT32, value);
  }

  public static GgufValue float32(double value) {
    return new GgufValue(GgufType.FLOAT32, value);
  }

  public static GgufValue flag(boolean value) {
    return new GgufValue(GgufType.BOOL, value);
  }

  public static GgufValue text(String value) {
    return new GgufValue(GgufType.STRING, value);
  }

  public static GgufValue texts(String[] values) {
    return new GgufValue(GgufType.STRING, values);
  }

  /** The form in which GGUF files hold lists of integers, token types among them. */
  public static GgufValue int32s(long[] values) {
    return new GgufValue(GgufType.INT32, values);
  }

  public static GgufValue float32s(float[] values) {
    return new GgufValue(GgufType.FLOAT32, values);
  }
}

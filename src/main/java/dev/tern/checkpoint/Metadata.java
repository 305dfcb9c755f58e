package dev.tern.checkpoint;

import dev.tern.error.CheckpointException;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;

/**
 * Typed access to the key–value pairs of a checkpoint. Keys are GGUF's. Values are {@link Long} (any integer, {@link
 * BigInteger} from 2^63 on), {@link Double} (any float), {@link Boolean}, {@link String}, or arrays {@code long[]},
 * {@code float[]}, {@code double[]}, {@code boolean[]}, {@code String[]}. An empty array is one of any type, and
 * integers may be asked for as real numbers. A value of another type than asked for ends in a {@link
 * CheckpointException} that names the file and the key.
 */
public final class Metadata {
  private static final Map<Class<?>, String> NAMES =
      Map.of(
          String.class, "a text",
          Long.class, "an integer below 2^63",
          BigInteger.class, "the integer",
          Number.class, "a number",
          Double.class, "the real number",
          Boolean.class, "a flag",
          long[].class, "an array of integers",
          float[].class, "an array of real numbers",
          boolean[].class, "an array of flags",
          String[].class, "an array of texts");

  private final String source;
  private final Map<String, Object> values;

  /** {@code source} names the file in error messages. */
  public Metadata(String source, Map<String, Object> values) {
    this.source = source;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  public String source() {
    return source;
  }

  public Set<String> keys() {
    return values.keySet();
  }

  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** The raw value or null. */
  public Object raw(String key) {
    return values.get(key);
  }

  public String text(String key) {
    return require(key, String.class);
  }

  public String text(String key, String fallback) {
    return has(key) ? text(key) : fallback;
  }

  public long integer(String key) {
    return require(key, Long.class);
  }

  public int integer(String key, int fallback) {
    return has(key) ? count(key) : fallback;
  }

  /** An integer that must fit a non-negative {@code int}. */
  public int count(String key) {
    long value = integer(key);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new CheckpointException(
          "%s: key '%s': expected a count below 2^31, found %d".formatted(source, key, value));
    }
    return (int) value;
  }

  /** A number; an integer value counts as one. */
  public double real(String key) {
    return require(key, Number.class).doubleValue();
  }

  public double real(String key, double fallback) {
    return has(key) ? real(key) : fallback;
  }

  public boolean flag(String key, boolean fallback) {
    return has(key) ? require(key, Boolean.class) : fallback;
  }

  public boolean isArray(String key) {
    Object value = values.get(key);
    return value != null && value.getClass().isArray();
  }

  public long[] integers(String key) {
    return array(key, long[].class);
  }

  /** Real numbers; rounded to floats where the file has doubles. */
  public float[] reals(String key) {
    return switch (values.get(key)) {
      case long[] integers -> toFloats(integers.length, i -> integers[i]);
      case double[] reals -> toFloats(reals.length, i -> reals[i]);
      case null, default -> array(key, float[].class);
    };
  }

  public boolean[] flags(String key) {
    return array(key, boolean[].class);
  }

  public List<String> texts(String key) {
    return List.of(array(key, String[].class));
  }

  private static float[] toFloats(int length, IntToDoubleFunction value) {
    float[] floats = new float[length];
    for (int i = 0; i < length; i++) {
      floats[i] = (float) value.applyAsDouble(i);
    }
    return floats;
  }

  private <T> T array(String key, Class<T> type) {
    if (isArray(key) && Array.getLength(values.get(key)) == 0) {
      return type.cast(Array.newInstance(type.getComponentType(), 0));
    }
    return require(key, type);
  }

  private <T> T require(String key, Class<T> type) {
    Object value = values.get(key);
    if (value == null) {
      throw new CheckpointException("%s: key '%s' is missing".formatted(source, key));
    }
    if (!type.isInstance(value)) {
      throw new CheckpointException(
          "%s: key '%s': expected %s, found %s".formatted(source, key, name(type), describe(value)));
    }
    return type.cast(value);
  }

  private static String describe(Object value) {
    if (value.getClass().isArray()) {
      return "%s of length %d".formatted(name(value.getClass()), Array.getLength(value));
    }
    return "%s %s".formatted(name(value.getClass()), Messages.quote(value.toString()));
  }

  private static String name(Class<?> type) {
    return NAMES.getOrDefault(type, type.getSimpleName());
  }
}

package dev.tern.checkpoint;

import dev.tern.error.CheckpointException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Typed access to the key–value pairs of a checkpoint. Keys are GGUF's. Values are {@link Long} (any integer),
 * {@link Double} (any float), {@link Boolean}, {@link String}, or arrays {@code long[]}, {@code float[]}, {@code
 * boolean[]}, {@code String[]}. A value of another type than asked for ends in a {@link CheckpointException} that names
 * the file and the key.
 */
public final class Metadata {
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
    Object value = values.get(key);
    return value instanceof Long integer ? integer.doubleValue() : require(key, Double.class);
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
    return require(key, long[].class);
  }

  public float[] reals(String key) {
    return require(key, float[].class);
  }

  public boolean[] flags(String key) {
    return require(key, boolean[].class);
  }

  public List<String> texts(String key) {
    return List.of(require(key, String[].class));
  }

  private <T> T require(String key, Class<T> type) {
    Object value = values.get(key);
    if (value == null) {
      throw new CheckpointException("%s: key '%s' is missing".formatted(source, key));
    }
    if (!type.isInstance(value)) {
      throw new CheckpointException(
          "%s: key '%s': expected %s, found %s"
              .formatted(source, key, type.getSimpleName(), value.getClass().getSimpleName()));
    }
    return type.cast(value);
  }
}

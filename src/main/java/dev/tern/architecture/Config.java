package dev.tern.architecture;

import dev.tern.checkpoint.Metadata;
import dev.tern.error.CheckpointException;
import java.util.Arrays;

/** The hyperparameters of a checkpoint: metadata under the prefix of its architecture. */
public final class Config {
  private final Metadata metadata;
  private final String architecture;
  private final BuildOptions options;

  public Config(Metadata metadata, BuildOptions options) {
    this.metadata = metadata;
    this.options = options;
    architecture = metadata.text("general.architecture");
  }

  public String architecture() {
    return architecture;
  }

  public Metadata metadata() {
    return metadata;
  }

  /** What the user asked for beyond the checkpoint. */
  public BuildOptions options() {
    return options;
  }

  public boolean has(String key) {
    return metadata.has(full(key));
  }

  public int count(String key) {
    return metadata.count(full(key));
  }

  public int count(String key, int fallback) {
    return has(key) ? count(key) : fallback;
  }

  public float real(String key) {
    return (float) metadata.real(full(key));
  }

  public float real(String key, double fallback) {
    return (float) metadata.real(full(key), fallback);
  }

  /** Real numbers, as many as there are fallbacks. */
  public float[] reals(String key, float... fallbacks) {
    if (!has(key)) {
      return fallbacks;
    }
    float[] values = metadata.reals(full(key));
    if (values.length != fallbacks.length) {
      throw invalid(key, fallbacks.length + " numbers", values.length);
    }
    return values;
  }

  public boolean flag(String key, boolean fallback) {
    return metadata.flag(full(key), fallback);
  }

  public String text(String key, String fallback) {
    return metadata.text(full(key), fallback);
  }

  /** A count that the checkpoint gives once for all layers or as an array with one per layer. */
  public int count(String key, Layer layer) {
    if (!metadata.isArray(full(key))) {
      return count(key);
    }
    long[] perLayer = metadata.integers(full(key));
    if (perLayer.length <= layer.index()) {
      throw invalid(key, "a value for each of %d layers".formatted(layers()), perLayer.length + " values");
    }
    return Math.toIntExact(perLayer[layer.index()]);
  }

  /** The largest of the values that {@link #count(String, Layer)} gives. */
  public int most(String key) {
    return metadata.isArray(full(key))
        ? Math.toIntExact(Arrays.stream(metadata.integers(full(key))).max().orElse(0))
        : count(key);
  }

  /** A flag per layer; {@code fallback} where the key is missing. */
  public boolean flag(String key, Layer layer, boolean fallback) {
    if (!metadata.isArray(full(key))) {
      return flag(key, fallback);
    }
    boolean[] perLayer = metadata.flags(full(key));
    if (perLayer.length <= layer.index()) {
      throw invalid(key, "a value for each of %d layers".formatted(layers()), perLayer.length + " values");
    }
    return perLayer[layer.index()];
  }

  /** A count that must be positive and divide another one. */
  public int divisor(String key, int of) {
    int value = count(key);
    if (value < 1 || of % value != 0) {
      throw invalid(key, "a divisor of %d".formatted(of), value);
    }
    return value;
  }

  /** A count that must not be 0. */
  public int positive(String key) {
    int value = count(key);
    if (value < 1) {
      throw invalid(key, "at least 1", value);
    }
    return value;
  }

  public int layers() {
    return count("block_count");
  }

  public int width() {
    return count("embedding_length");
  }

  public int contextLength() {
    return count("context_length");
  }

  public int heads() {
    return most("attention.head_count");
  }

  /** Width of a query or key head. */
  public int keyWidth() {
    return count("attention.key_length", width() / Math.max(1, heads()));
  }

  public int valueWidth() {
    return count("attention.value_length", width() / Math.max(1, heads()));
  }

  /** The window of a layer whose pattern is an array of flags, one per layer, or which all layers share; 0 for none. */
  public int slidingWindow(Layer layer) {
    int window = count("attention.sliding_window", 0);
    return flag("attention.sliding_window_pattern", layer, true) ? window : 0;
  }

  public float rmsEpsilon() {
    return real("attention.layer_norm_rms_epsilon");
  }

  /** The error of a key with a value that this family cannot mean. */
  public CheckpointException invalid(String key, String expected, Object found) {
    return new CheckpointException(
        "%s: key '%s': expected %s, found %s".formatted(metadata.source(), full(key), expected, found));
  }

  private String full(String key) {
    return architecture + "." + key;
  }
}

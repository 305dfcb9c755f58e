package dev.tern.convert;

import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.Config;
import dev.tern.architecture.TensorOrders;
import dev.tern.architecture.huggingface.HuggingFaceCheckpoint;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.GgufValue;
import dev.tern.checkpoint.Metadata;
import dev.tern.error.TernException;
import dev.tern.tokenizer.Tokenizers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The metadata of the file that is written. */
final class GgufMetadata {
  private static final long QUANTIZATION_VERSION = 2;

  /** Activation and pooling that other runtimes compute. */
  private static final Map<String, List<String>> USUAL_CLASSIFIERS =
      Map.of("bert", List.of("tanh", "cls"), "modern-bert", List.of("gelu", "mean"));

  private final Metadata source;
  private final Config config;
  private final Map<String, SourceTensor> tensors;
  private final Multipliers multipliers;
  private final Map<String, Object> values = new LinkedHashMap<>();

  private GgufMetadata(Metadata source, Map<String, SourceTensor> tensors) {
    this.source = source;
    this.tensors = tensors;
    config = new Config(source, BuildOptions.DEFAULT);
    multipliers = new Multipliers(config, tensors.containsKey("output.weight"));
  }

  /**
   * Those of the source in the terms of GGUF.
   *
   * @param tensors that are written
   */
  static Map<String, GgufValue> of(Checkpoint checkpoint, List<SourceTensor> tensors, Scheme scheme) {
    Map<String, GgufValue> values =
        switch (checkpoint) {
          case GgufFile gguf -> new LinkedHashMap<>(gguf.values());
          case HuggingFaceCheckpoint directory -> huggingFace(directory, tensors);
          default -> throw new TernException(checkpoint.path() + ": expected a GGUF file or a Hugging Face directory");
        };
    values.put("general.file_type", GgufValue.of((long) scheme.fileType()));
    values.put("general.quantization_version", GgufValue.of(QUANTIZATION_VERSION));
    return values;
  }

  private static Map<String, GgufValue> huggingFace(HuggingFaceCheckpoint directory, List<SourceTensor> tensors) {
    GgufMetadata metadata =
        new GgufMetadata(
            directory.metadata(), tensors.stream().collect(Collectors.toMap(SourceTensor::name, Function.identity())));
    metadata.general(directory, tensors);
    metadata.hyperparameters();
    Map<String, GgufValue> values = new LinkedHashMap<>();
    metadata.values.forEach((key, value) -> values.put(key, GgufValue.of(value)));
    values.putAll(Tokenizers.toGguf(directory.path()));
    metadata.encoder(values);
    return values;
  }

  private void general(HuggingFaceCheckpoint directory, List<SourceTensor> tensors) {
    values.put("general.architecture", config.architecture());
    values.put("general.type", "model");
    values.put("general.name", directory.path().toAbsolutePath().normalize().getFileName().toString());
    values.put("general.size_label", sizeLabel(tensors));
  }

  /** Parameters, of models with experts as {@code experts × parameters with one of them}. */
  private static String sizeLabel(List<SourceTensor> tensors) {
    long all = 0;
    long inExperts = 0;
    long experts = 1;
    for (SourceTensor tensor : tensors) {
      long size = tensor.shape().stream().reduce(1L, Math::multiplyExact);
      all += size;
      if (tensor.name().endsWith("_exps.weight")) {
        inExperts += size;
        experts = tensor.shape().getFirst();
      }
    }
    String label = rounded(all - inExperts + inExperts / experts);
    return experts == 1 ? label : experts + "x" + label;
  }

  private static String rounded(long parameters) {
    double thousands = parameters / 1e3;
    String unit = thousands < 1e3 ? "K" : thousands < 1e6 ? "M" : "B";
    double shown = thousands < 1e3 ? thousands : thousands < 1e6 ? thousands / 1e3 : thousands / 1e6;
    return String.format(Locale.ROOT, shown < 10 && !unit.equals("K") ? "%.1f%s" : "%.0f%s", shown, unit);
  }

  private void hyperparameters() {
    String prefix = config.architecture() + ".";
    for (String key : source.keys()) {
      String local = key.startsWith(prefix) ? key.substring(prefix.length()) : key;
      if (!values.containsKey(key) && !isNeedless(local, source.raw(key))) {
        values.put(key, source.raw(key));
      }
    }
    values.putIfAbsent(prefix + "feed_forward_length", 0L);
    values.putIfAbsent(prefix + "attention.head_count", 0L);
    if (isInterleaved()) {
      values.putIfAbsent(prefix + "rope.dimension_count", (long) config.keyWidth());
    }
    perLayer(prefix + "attention.head_count_kv", this::hasAttention);
    perLayer(prefix + "feed_forward_length", this::hasFeedForward);
  }

  /** What other runtimes ask of encoders: how many kinds of segments there are, and the names of classes. */
  private void encoder(Map<String, GgufValue> all) {
    if (config.architecture().equals("bert")) {
      SourceTensor types = tensors.get("token_types.weight");
      all.put("tokenizer.ggml.token_type_count", GgufValue.of(types == null ? 1L : types.shape().getFirst()));
    }
    SourceTensor classes = tensors.get("cls.output.weight");
    if (classes != null) {
      String[] names = new String[Math.toIntExact(classes.shape().getFirst())];
      Arrays.setAll(names, i -> "LABEL_" + i);
      all.putIfAbsent(config.architecture() + ".classifier.output_labels", GgufValue.of(names));
    }
  }

  /** Keys of this project's own that say what files without them mean. */
  private boolean isNeedless(String key, Object value) {
    return switch (key) {
      case "ssm.tiled_heads" -> true;
      case "rope.interleaved" -> config.architecture().startsWith("deepseek") == value.equals(true) || isInterleaved();
      case "rope.scaling.yarn_truncate" -> value.equals(true);
      case "ssm.time_step_low" -> value.equals(0.0);
      case "ssm.time_step_high" -> value.equals(Double.POSITIVE_INFINITY);
      case "ssm.norm_before_gate" -> value.equals(false) || !tensors.containsKey("blk.0.ssm_norm.weight");
      case "kda.head_count" -> value.equals((long) config.heads());
      case "classifier.activation", "classifier.pooling" ->
          !tensors.containsKey("cls.output.weight") || USUAL_CLASSIFIERS.get(config.architecture()).contains(value);
      case "rope.layers" -> isEvery((boolean[]) value, 4);
      case "attention.sliding_window_pattern" -> value instanceof boolean[] windows && isUsualPattern(windows);
      default -> multipliers.isFolded(key) || key.startsWith("multiplier.") && isOne(value);
    };
  }

  /** Whether GGUF files of the family order rows of queries so that rotated pairs are neighbours. */
  private boolean isInterleaved() {
    return IntStream.range(0, config.layers())
        .anyMatch(layer -> TensorOrders.of(config).rows("blk." + layer + ".attn_q", false) != null);
  }

  private boolean isUsualPattern(boolean[] windows) {
    return switch (config.architecture()) {
      case "gemma2", "gpt-oss" -> isEvery(windows, 2);
      case "gemma3" -> isEvery(windows, 6);
      default -> false;
    };
  }

  /** Whether every n-th flag is off and all others are on. */
  private static boolean isEvery(boolean[] flags, int interval) {
    return IntStream.range(0, flags.length).allMatch(i -> flags[i] == ((i + 1) % interval != 0));
  }

  private static boolean isOne(Object value) {
    return switch (value) {
      case Double real -> real == 1;
      case float[] reals -> IntStream.range(0, reals.length).allMatch(i -> reals[i] == 1);
      default -> false;
    };
  }

  /** Of hybrids GGUF files tell by a count of 0 which layers lack a part. */
  private void perLayer(String key, IntPredicate hasPart) {
    if (!(values.get(key) instanceof Long whole)) {
      return;
    }
    long[] perLayer = new long[config.layers()];
    Arrays.setAll(perLayer, layer -> hasPart.test(layer) ? whole : 0);
    boolean some = Arrays.stream(perLayer).anyMatch(count -> count == 0);
    if (some && Arrays.stream(perLayer).anyMatch(count -> count > 0)) {
      values.put(key, perLayer);
    }
  }

  private boolean hasAttention(int layer) {
    String name = "blk." + layer + ".";
    if (tensors.containsKey(name + "ssm_conv1d_q.weight")) {
      return false;
    }
    return tensors.containsKey(name + "attn_q.weight")
        || tensors.containsKey(name + "attn_qkv.weight")
        || tensors.containsKey(name + "attn_kv_a_mqa.weight");
  }

  private boolean hasFeedForward(int layer) {
    String name = "blk." + layer + ".ffn_";
    return tensors.containsKey(name + "up.weight") || tensors.containsKey(name + "gate_inp.weight");
  }
}

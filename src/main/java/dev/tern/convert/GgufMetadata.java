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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The metadata of the file that is written. */
final class GgufMetadata {
  private static final long QUANTIZATION_VERSION = 2;

  private final Metadata source;
  private final Config config;
  private final Set<String> tensors;
  private final Map<String, Object> values = new LinkedHashMap<>();

  private GgufMetadata(Metadata source, Set<String> tensors) {
    this.source = source;
    this.tensors = tensors;
    config = new Config(source, BuildOptions.DEFAULT);
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
    Set<String> names = tensors.stream().map(SourceTensor::name).collect(Collectors.toSet());
    GgufMetadata metadata = new GgufMetadata(directory.metadata(), names);
    metadata.general(directory, tensors);
    metadata.hyperparameters();
    Map<String, GgufValue> values = new LinkedHashMap<>();
    metadata.values.forEach((key, value) -> values.put(key, GgufValue.of(value)));
    values.putAll(Tokenizers.toGguf(directory.path()));
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
    keyValueHeads(prefix + "attention.head_count_kv");
  }

  /** Keys of this project's own that say what files without them mean. */
  private boolean isNeedless(String key, Object value) {
    return switch (key) {
      case "ssm.tiled_heads" -> true;
      case "rope.interleaved" -> config.architecture().startsWith("deepseek") == value.equals(true) || isInterleaved();
      case "rope.scaling.yarn_truncate" -> value.equals(true);
      case "ssm.time_step_low" -> value.equals(0.0);
      case "ssm.time_step_high" -> value.equals(Double.POSITIVE_INFINITY);
      case "ssm.norm_before_gate" -> value.equals(false) || !tensors.contains("blk.0.ssm_norm.weight");
      case "rope.layers" -> isEvery((boolean[]) value, 4);
      case "attention.sliding_window_pattern" -> isUsualPattern((boolean[]) value);
      default -> key.startsWith("multiplier.") && isOne(value);
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

  /** Of hybrids GGUF files tell by a count of 0 which layers have no attention. */
  private void keyValueHeads(String key) {
    if (!(values.get(key) instanceof Long heads)) {
      return;
    }
    long[] perLayer = new long[config.layers()];
    Arrays.setAll(perLayer, layer -> hasAttention(layer) ? heads : 0);
    boolean some = Arrays.stream(perLayer).anyMatch(count -> count == 0);
    if (some && Arrays.stream(perLayer).anyMatch(count -> count > 0)) {
      values.put(key, perLayer);
    }
  }

  private boolean hasAttention(int layer) {
    String name = "blk." + layer + ".attn_";
    return tensors.contains(name + "q.weight")
        || tensors.contains(name + "qkv.weight")
        || tensors.contains(name + "kv_a_mqa.weight");
  }
}

package dev.tern.architecture.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tern.checkpoint.HuggingFaceDirectory;
import dev.tern.checkpoint.Metadata;
import dev.tern.error.CheckpointException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code config.json} in one form, whichever year it is from: what is nested in {@code text_config} is lifted to the
 * top, and the rotary embedding lies in {@code rope_parameters} (that of full attention where layers differ). Keys are
 * Hugging Face's.
 */
public final class HuggingFaceConfig {
  private static final List<String> NESTED = List.of("text_config.", "llm_config.");

  /** What sentence-transformers do with the vectors of tokens. */
  private static final String POOLING = "1_Pooling/config.json";

  private static final String ROPE = "rope_parameters.";
  private static final List<String> OLD_ROPE = List.of("rope_parameters.full_attention.", "rope_scaling.");
  private static final List<String> ROPE_AT_THE_TOP =
      List.of("rope_theta", "partial_rotary_factor", "original_max_position_embeddings");

  /** Far beyond the layers, and the width of the heads, of any model. */
  private static final int MOST = 1 << 16;

  private final Metadata metadata;
  private final JsonNode json;

  private HuggingFaceConfig(Metadata metadata, JsonNode json) {
    this.metadata = metadata;
    this.json = json;
  }

  /** The configuration of a directory. */
  public static HuggingFaceConfig of(HuggingFaceDirectory directory) {
    Metadata raw = directory.metadata();
    Map<String, Object> values = new LinkedHashMap<>();
    directory.metadata(POOLING).ifPresent(pooling -> pooling.keys().forEach(key -> values.put(key, pooling.raw(key))));
    raw.keys().forEach(key -> values.put(key, raw.raw(key)));
    for (String prefix : NESTED) {
      lift(values, prefix, "", true);
    }
    for (String prefix : OLD_ROPE) {
      lift(values, prefix, ROPE, false);
    }
    for (String key : ROPE_AT_THE_TOP) {
      if (values.containsKey(key)) {
        values.putIfAbsent(ROPE + key, values.get(key));
      }
    }
    return new HuggingFaceConfig(new Metadata(raw.source(), values), directory.config());
  }

  /** What derivations of single tensors ask for, from GGUF's metadata. */
  static HuggingFaceConfig ofGguf(Metadata gguf) {
    String prefix = gguf.text("general.architecture") + ".ssm.";
    Map<String, Object> values = new LinkedHashMap<>();
    if (gguf.has(prefix + "group_count") && gguf.has(prefix + "time_step_rank")) {
      int heads = gguf.count(prefix + "time_step_rank");
      values.put("linear_num_key_heads", gguf.integer(prefix + "group_count"));
      values.put("linear_key_head_dim", gguf.integer(prefix + "state_size"));
      values.put("linear_num_value_heads", (long) heads);
      values.put("linear_value_head_dim", gguf.integer(prefix + "inner_size") / Math.max(1, heads));
    }
    return new HuggingFaceConfig(new Metadata(gguf.source(), values), JsonNodeFactory.instance.objectNode());
  }

  /** Copies what lies under a prefix to another one. */
  private static void lift(Map<String, Object> values, String from, String to, boolean replace) {
    for (String key : values.keySet().stream().filter(key -> key.startsWith(from)).toList()) {
      String lifted = to + key.substring(from.length());
      if (replace || !values.containsKey(lifted)) {
        values.put(lifted, values.get(key));
      }
    }
  }

  /** The same with values for keys that the file leaves to the model's code. */
  HuggingFaceConfig withDefaults(Map<String, Object> defaults) {
    Map<String, Object> values = new LinkedHashMap<>(defaults);
    metadata.keys().forEach(key -> values.put(key, metadata.raw(key)));
    return new HuggingFaceConfig(new Metadata(metadata.source(), values), json);
  }

  /** The file, for messages. */
  public String source() {
    return metadata.source();
  }

  /** All values, typed. */
  public Metadata metadata() {
    return metadata;
  }

  public boolean has(String key) {
    return metadata.has(key);
  }

  /** Whether the file says {@code null}, which code may mean otherwise than a missing key. */
  public boolean isNull(String key) {
    return Stream.concat(
            NESTED.stream().map(prefix -> json.path(prefix.substring(0, prefix.length() - 1))), Stream.of(json))
        .map(object -> object.path(key))
        .filter(node -> !node.isMissingNode())
        .findFirst()
        .map(JsonNode::isNull)
        .orElse(false);
  }

  /** The first of these keys that has a value. */
  public Optional<String> first(List<String> keys) {
    return keys.stream().filter(this::has).findFirst();
  }

  public int count(String key) {
    return metadata.count(key);
  }

  public int count(String key, int fallback) {
    return has(key) ? count(key) : fallback;
  }

  public double real(String key) {
    return metadata.real(key);
  }

  public double real(String key, double fallback) {
    return metadata.real(key, fallback);
  }

  public boolean flag(String key, boolean fallback) {
    return metadata.flag(key, fallback);
  }

  public String text(String key, String fallback) {
    return metadata.text(key, fallback);
  }

  /** The texts of an array, empty if it is missing. */
  public List<String> texts(String key) {
    return has(key) ? metadata.texts(key) : List.of();
  }

  public int layers() {
    String key = first(HuggingFaceKeys.LAYERS).orElse(HuggingFaceKeys.LAYERS.getFirst());
    return plausible(key, count(key));
  }

  public int heads() {
    return count(first(HuggingFaceKeys.HEADS).orElse(HuggingFaceKeys.HEADS.getFirst()));
  }

  /** Width of a head of queries and keys. */
  public int headWidth() {
    int width = count(first(HuggingFaceKeys.WIDTH).orElse(HuggingFaceKeys.WIDTH.getFirst()));
    return plausible("head_dim", count("head_dim", width / Math.max(1, heads())));
  }

  /** Refuses a count that no model has before anything of its size is made. */
  private int plausible(String key, int count) {
    if (count > MOST) {
      throw invalid(key, "at most " + MOST, count);
    }
    return count;
  }

  /** The error of a key with a value that is not supported. */
  public CheckpointException invalid(String key, Object expected, Object found) {
    return new CheckpointException("%s: key '%s': expected %s, found %s".formatted(source(), key, expected, found));
  }
}

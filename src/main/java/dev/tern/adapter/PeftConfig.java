package dev.tern.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tern.checkpoint.Json;
import dev.tern.error.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code adapter_config.json} of a PEFT directory. What would change the result and is not supported is refused.
 *
 * @see <a href="https://huggingface.co/docs/peft/package_reference/lora">the reference of its keys</a>
 */
final class PeftConfig {
  static final String FILE = "adapter_config.json";

  /** Keys that must be missing, null, false or empty, and what they ask for. */
  private static final Map<String, String> UNSUPPORTED =
      Map.ofEntries(
          Map.entry("lora_bias", "biases of adapters"),
          Map.entry("use_qalora", "QALoRA"),
          Map.entry("use_bdlora", "BD-LoRA"),
          Map.entry("alora_invocation_tokens", "adapters that act from an invocation on"),
          Map.entry("arrow_config", "Arrow routing"),
          Map.entry("kasa_config", "KaSA"),
          Map.entry("velora_config", "VeLoRA"),
          Map.entry("monteclora_config", "MonteCLoRA"),
          Map.entry("layer_replication", "replicated layers"),
          Map.entry("target_parameters", "parameters as targets"),
          Map.entry("trainable_token_indices", "single trained tokens"));

  private final Path file;
  private final JsonNode json;

  private PeftConfig(Path file, JsonNode json) {
    this.file = file;
    this.json = json;
  }

  static PeftConfig read(Path directory) {
    Path file = directory.resolve(FILE);
    PeftConfig config = new PeftConfig(file, Json.readObject(file));
    UNSUPPORTED.forEach(config::requireUnset);
    String bias = config.text("bias", "none");
    if (!bias.equals("none")) {
      throw config.invalid("bias", "none (trained biases are not supported)", bias);
    }
    return config;
  }

  private void requireUnset(String key, String meaning) {
    JsonNode node = json.path(key);
    boolean unset = !has(key) || node.isBoolean() && !node.booleanValue() || node.isContainerNode() && node.isEmpty();
    if (!unset) {
      throw invalid(key, "none (%s are not supported)".formatted(meaning), node);
    }
  }

  boolean has(String key) {
    return !json.path(key).isMissingNode() && !json.path(key).isNull();
  }

  String text(String key, String fallback) {
    if (!has(key)) {
      return fallback;
    }
    if (!json.path(key).isTextual()) {
      throw invalid(key, "a text", json.path(key));
    }
    return json.path(key).textValue();
  }

  boolean isText(String key) {
    return json.path(key).isTextual();
  }

  boolean flag(String key) {
    if (has(key) && !json.path(key).isBoolean()) {
      throw invalid(key, "true or false", json.path(key));
    }
    return json.path(key).booleanValue();
  }

  double number(String key) {
    if (!json.path(key).isNumber()) {
      throw invalid(key, "a number", has(key) ? json.path(key) : "none");
    }
    return json.path(key).doubleValue();
  }

  /** The texts of a list, a single text as a list of one; empty where the key is missing. */
  List<String> texts(String key) {
    if (!has(key)) {
      return List.of();
    }
    JsonNode node = json.path(key);
    if (!node.isTextual() && !(node.isArray() && node.valueStream().allMatch(JsonNode::isTextual))) {
      throw invalid(key, "a list of texts", node);
    }
    return node.isTextual() ? List.of(node.textValue()) : node.valueStream().map(JsonNode::textValue).toList();
  }

  /** The integers of a list, a single one as a list of one; empty where the key is missing. */
  List<Integer> integers(String key) {
    JsonNode node = json.path(key);
    if (!has(key)) {
      return List.of();
    }
    if (!node.isInt() && !(node.isArray() && node.valueStream().allMatch(JsonNode::isInt))) {
      throw invalid(key, "a list of integers", node);
    }
    return node.isInt() ? List.of(node.intValue()) : node.valueStream().map(JsonNode::intValue).toList();
  }

  /** The value of the first pattern, in their order, that a module matches; else that of another key. */
  double numberFor(String module, String patterns, String otherwise) {
    for (var entry : json.path(patterns).properties()) {
      if (ModulePattern.atEnd(file + ": key '" + patterns + "'", entry.getKey()).matches(module)) {
        if (!entry.getValue().isNumber()) {
          throw invalid(patterns + "." + entry.getKey(), "a number", entry.getValue());
        }
        return entry.getValue().doubleValue();
      }
    }
    return number(otherwise);
  }

  CheckpointException invalid(String key, String expected, Object found) {
    return new CheckpointException("%s: key '%s': expected %s, found %s".formatted(file, key, expected, found));
  }

  Path file() {
    return file;
  }
}

package dev.tern.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * JSON objects as metadata: {@code {"rope": {"theta": 1e4}}} becomes {@code rope.theta}. Arrays of one kind of scalar
 * become typed arrays, others get a key per element ({@code list.0}, …). Null is the same as absent.
 */
final class JsonMetadata {
  private static final int MAX_KEYS = 1 << 18;
  private static final int MAX_KEY_LENGTH = 1000;

  private final String source;
  private final Map<String, Object> values = new LinkedHashMap<>();

  private JsonMetadata(String source) {
    this.source = source;
  }

  /** {@code source} names the file in messages. */
  static Map<String, Object> flatten(String source, JsonNode node) {
    JsonMetadata metadata = new JsonMetadata(source);
    node.properties().forEach(entry -> metadata.add(entry.getKey(), entry.getValue()));
    return metadata.values;
  }

  private void add(String key, JsonNode node) {
    if (isNumber(node)) {
      put(key, number(node));
    } else if (node.isBoolean()) {
      put(key, node.booleanValue());
    } else if (node.isTextual()) {
      put(key, node.textValue());
    } else if (node.isArray()) {
      addArray(key, node);
    } else {
      node.properties().forEach(entry -> add(key + "." + entry.getKey(), entry.getValue()));
    }
  }

  private void addArray(String key, JsonNode array) {
    if (all(array, JsonNode::canConvertToLong) && all(array, JsonNode::isIntegralNumber)) {
      put(key, stream(array).mapToLong(JsonNode::longValue).toArray());
    } else if (all(array, JsonMetadata::isNumber)) {
      put(key, stream(array).mapToDouble(node -> number(node).doubleValue()).toArray());
    } else if (all(array, JsonNode::isTextual)) {
      put(key, stream(array).map(JsonNode::textValue).toArray(String[]::new));
    } else if (all(array, JsonNode::isBoolean)) {
      boolean[] flags = new boolean[array.size()];
      IntStream.range(0, flags.length).forEach(i -> flags[i] = array.get(i).booleanValue());
      put(key, flags);
    } else {
      IntStream.range(0, array.size()).forEach(i -> add(key + "." + i, array.get(i)));
    }
  }

  private void put(String key, Object value) {
    if (key.length() > MAX_KEY_LENGTH || values.size() == MAX_KEYS) {
      throw Messages.mismatch(
          source,
          Messages.key(key),
          "at most %d keys of at most %d characters".formatted(MAX_KEYS, MAX_KEY_LENGTH),
          "more");
    }
    if (values.put(key, value) != null) {
      throw Messages.mismatch(source, Messages.key(key), "one value", "two, one of them in a nested object");
    }
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return array.valueStream();
  }

  private static boolean all(JsonNode array, Predicate<JsonNode> test) {
    return stream(array).allMatch(test);
  }

  private static boolean isNumber(JsonNode node) {
    return node.isNumber() || specialNumber(node) != null;
  }

  private static Number number(JsonNode node) {
    Double special = specialNumber(node);
    if (special != null) {
      return special;
    }
    if (!node.isIntegralNumber()) {
      return node.doubleValue();
    }
    return node.canConvertToLong() ? (Number) node.longValue() : node.bigIntegerValue();
  }

  /** Transformers 5 writes numbers that JSON lacks as <code>{"__float__": "Infinity"}</code>. */
  private static Double specialNumber(JsonNode node) {
    if (node.size() != 1) {
      return null;
    }
    return switch (node.path("__float__").asText()) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default -> null;
    };
  }
}

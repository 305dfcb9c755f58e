package dev.tern.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tern.error.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A part of a JSON file that knows where it is, for messages. Null is the same as absent.
 *
 * @param source the file
 * @param path the place in it
 * @param node the part, or a missing node
 */
record JsonPart(String source, String path, JsonNode node) {
  static JsonPart of(String source, String path, JsonNode node) {
    return new JsonPart(source, path, node == null || node.isNull() ? MissingNode.getInstance() : node);
  }

  boolean isAbsent() {
    return node.isMissingNode();
  }

  JsonPart get(String key) {
    return of(source, path.isEmpty() ? key : path + "." + key, node.get(key));
  }

  /** The elements of an array; none if it is absent. */
  List<JsonPart> elements() {
    if (!isAbsent() && !node.isArray()) {
      throw wrong("an array");
    }
    List<JsonPart> elements = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      elements.add(of(source, path + "[" + i + "]", node.get(i)));
    }
    return elements;
  }

  String text() {
    if (!node.isTextual()) {
      throw wrong("a string");
    }
    return node.textValue();
  }

  String text(String key) {
    return get(key).text();
  }

  String text(String key, String fallback) {
    return get(key).isAbsent() ? fallback : text(key);
  }

  boolean flag(String key, boolean fallback) {
    JsonPart value = get(key);
    if (value.isAbsent()) {
      return fallback;
    }
    if (!value.node.isBoolean()) {
      throw value.wrong("true or false");
    }
    return value.node.booleanValue();
  }

  int integer() {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw wrong("an integer");
    }
    return node.intValue();
  }

  int integer(String key, int fallback) {
    return get(key).isAbsent() ? fallback : get(key).integer();
  }

  /** What kind of thing an object describes; empty if it is absent. */
  String type() {
    return isAbsent() ? "" : text("type");
  }

  /** The name of a token, given as a string or as an object with its content; empty if it is absent. */
  String tokenName() {
    return isAbsent() ? "" : node.isObject() ? text("content") : text();
  }

  CheckpointException wrong(String expected) {
    String found =
        node.isContainerNode() || isAbsent() ? node.getNodeType().toString().toLowerCase(Locale.ROOT) : node.toString();
    return new CheckpointException("%s: '%s': expected %s, found %s".formatted(source, path, expected, found));
  }

  /** For what is understood but not supported. */
  CheckpointException unsupported(String what) {
    return new CheckpointException("%s: '%s': %s is not supported".formatted(source, path, what));
  }
}

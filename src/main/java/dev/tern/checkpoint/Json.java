package dev.tern.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.TSFBuilder;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON as it is found beside checkpoints: the files are untrusted, so size and depth are bounded. */
public final class Json {
  /** Largest file that is parsed, in bytes: some two times the largest published tokenizer. */
  public static final long MAX_BYTES = 64L << 20;

  private static final int MAX_DEPTH = 200;
  private static final int MAX_NAME = 1 << 16;

  /**
   * The mapper of the whole project. Like Python's it accepts bare NaN and Infinity, and the last of equal keys wins.
   */
  public static final JsonMapper MAPPER =
      JsonMapper.builder(factory(MAX_DEPTH).build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /** Vocabularies have so many different names that a table of them costs more than it saves. */
  static TSFBuilder<?, ?> factory(int maxDepth) {
    return JsonFactory.builder()
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(maxDepth)
                .maxNameLength(MAX_NAME)
                .maxStringLength((int) MAX_BYTES)
                .build());
  }

  /** Reads a file; an unreadable, too large or malformed one ends in a {@link CheckpointException}. */
  public static JsonNode read(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new CheckpointException(
            "%s: expected a JSON file of at most %d bytes, found %d".formatted(file, MAX_BYTES, size));
      }
      return parse(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw MappedFile.unreadable(file, e);
    }
  }

  /** Reads an object; anything else is refused. */
  public static JsonNode readObject(Path file) {
    JsonNode node = read(file);
    if (!node.isObject()) {
      throw new CheckpointException("%s: expected a JSON object, found %s".formatted(file, node.getNodeType()));
    }
    return node;
  }

  /** Parses UTF-8 text; {@code source} names it in error messages. */
  public static JsonNode parse(String source, byte[] utf8) {
    try {
      JsonNode node = MAPPER.readTree(decode(source, utf8));
      if (node.isMissingNode()) {
        throw new CheckpointException("%s: expected JSON, found nothing".formatted(source));
      }
      return node;
    } catch (JsonProcessingException e) {
      throw malformed(source, e);
    }
  }

  /** Decodes UTF-8 strictly, without the mark at the beginning that some editors write. */
  static String decode(String source, byte[] utf8) {
    try {
      String text = Utf8.decode(utf8);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new CheckpointException("%s: expected JSON in UTF-8, found %s".formatted(source, e.getMessage()), e);
    }
  }

  static CheckpointException malformed(String source, JsonProcessingException e) {
    String where =
        e.getLocation() == null
            ? ""
            : " (line %d, column %d)".formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return new CheckpointException(
        "%s: expected JSON, found: %s%s".formatted(source, Messages.oneLine(e.getOriginalMessage()), where), e);
  }
}

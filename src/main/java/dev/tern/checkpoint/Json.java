package dev.tern.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON as it is found beside checkpoints: the files are untrusted, so size and depth are bounded. */
public final class Json {
  /** Largest file that is parsed, in bytes: several times the largest published tokenizer. */
  public static final long MAX_BYTES = 256L << 20;

  private static final int MAX_DEPTH = 200;

  /** The mapper of the whole project. Like Python's it accepts bare NaN and Infinity, and the last of equal keys wins. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength((int) MAX_BYTES)
                          .build())
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

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
      JsonNode node = MAPPER.readTree(utf8);
      if (node.isMissingNode()) {
        throw new CheckpointException("%s: expected JSON, found nothing".formatted(source));
      }
      return node;
    } catch (JsonProcessingException e) {
      throw malformed(source, e);
    } catch (IOException e) {
      throw new CheckpointException("%s: cannot be parsed as JSON: %s".formatted(source, e.getMessage()), e);
    }
  }

  static CheckpointException malformed(String source, JsonProcessingException e) {
    String where =
        e.getLocation() == null
            ? ""
            : " (line %d, column %d)".formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return new CheckpointException("%s: expected JSON, found: %s%s".formatted(source, e.getOriginalMessage(), where), e);
  }
}

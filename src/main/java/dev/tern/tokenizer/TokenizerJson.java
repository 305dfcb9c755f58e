package dev.tern.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tern.checkpoint.Json;
import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A {@code tokenizer.json}. Its vocabulary and merges, which are nearly all of it, are read into lists as they come;
 * the rest becomes a tree.
 */
final class TokenizerJson {
  private static final int MAX_DEPTH = 200;

  /** Names of fields are tokens here: each occurs once, so that a table of names seen would only cost time. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength((int) Json.MAX_BYTES)
                          .build())
                  .build())
          .build();

  private final String source;
  private final ObjectNode rest = MAPPER.createObjectNode();
  private final ObjectNode model = MAPPER.createObjectNode();
  private final List<String> pieces = new ArrayList<>();
  private int[] ids = new int[1024];
  private float[] scores = new float[1024];
  private final List<String> merges = new ArrayList<>();

  private TokenizerJson(String source) {
    this.source = source;
  }

  static TokenizerJson read(Path file) {
    TokenizerJson json = new TokenizerJson(file.toString());
    byte[] bytes = BoundedFile.read(file);
    try (JsonParser parser = MAPPER.createParser(bytes)) {
      json.readAll(parser);
    } catch (JsonProcessingException e) {
      throw new CheckpointException("%s: expected JSON, found: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new CheckpointException("%s: cannot be parsed: %s".formatted(file, e.getMessage()), e);
    }
    return json;
  }

  private void readAll(JsonParser parser) throws IOException {
    expect(parser.nextToken(), JsonToken.START_OBJECT, "");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      if (key.equals("model") && value == JsonToken.START_OBJECT) {
        readModel(parser);
      } else {
        rest.set(key, parser.<JsonNode>readValueAsTree());
      }
    }
  }

  private void readModel(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      if (key.equals("vocab") && value == JsonToken.START_OBJECT) {
        readIds(parser);
      } else if (key.equals("vocab") && value == JsonToken.START_ARRAY) {
        readScores(parser);
      } else if (key.equals("merges") && value == JsonToken.START_ARRAY) {
        readMerges(parser);
      } else {
        model.set(key, parser.<JsonNode>readValueAsTree());
      }
    }
  }

  /** A vocabulary of names with ids. */
  private void readIds(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String piece = parser.currentName();
      expect(parser.nextToken(), JsonToken.VALUE_NUMBER_INT, "model.vocab");
      add(piece, parser.getIntValue(), 0);
    }
  }

  /** A vocabulary of pairs of a name and a score, numbered from 0. */
  private void readScores(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.START_ARRAY) {
      expect(parser.nextToken(), JsonToken.VALUE_STRING, "model.vocab");
      String piece = parser.getText();
      if (!parser.nextToken().isNumeric()) {
        throw unexpected("model.vocab", "a score");
      }
      add(piece, pieces.size(), parser.getFloatValue());
      expect(parser.nextToken(), JsonToken.END_ARRAY, "model.vocab");
    }
    expect(parser.currentToken(), JsonToken.END_ARRAY, "model.vocab");
  }

  private void add(String piece, int id, float score) {
    int count = pieces.size();
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
      scores = Arrays.copyOf(scores, count * 2);
    }
    ids[count] = id;
    scores[count] = score;
    pieces.add(piece);
  }

  /** Merges are pairs of names, or strings of two with a space between. */
  private void readMerges(JsonParser parser) throws IOException {
    for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      if (token == JsonToken.VALUE_STRING) {
        String merge = parser.getText();
        int space = merge.indexOf(' ', 1);
        if (space < 0) {
          throw unexpected("model.merges", "two tokens with a space between them");
        }
        merges.add(merge.substring(0, space));
        merges.add(merge.substring(space + 1));
      } else {
        expect(token, JsonToken.START_ARRAY, "model.merges");
        for (int i = 0; i < 2; i++) {
          expect(parser.nextToken(), JsonToken.VALUE_STRING, "model.merges");
          merges.add(parser.getText());
        }
        expect(parser.nextToken(), JsonToken.END_ARRAY, "model.merges");
      }
    }
  }

  private void expect(JsonToken found, JsonToken expected, String where) {
    if (found != expected) {
      throw unexpected(where, String.valueOf(expected));
    }
  }

  private CheckpointException unexpected(String where, String expected) {
    return new CheckpointException("%s: '%s': expected %s, found something else".formatted(source, where, expected));
  }

  String source() {
    return source;
  }

  /** A part other than the model. */
  JsonPart part(String key) {
    return JsonPart.of(source, key, rest.get(key));
  }

  /** The model without its vocabulary and merges. */
  JsonPart model() {
    return JsonPart.of(source, "model", model);
  }

  /** The names in the vocabulary, with {@link #id} and {@link #score} of each. */
  List<String> pieces() {
    return pieces;
  }

  int id(int index) {
    return ids[index];
  }

  float score(int index) {
    return scores[index];
  }

  /** Two names for each merge. */
  List<String> merges() {
    return merges;
  }
}

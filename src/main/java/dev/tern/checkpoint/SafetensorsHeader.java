package dev.tern.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The JSON header of a safetensors file. It is parsed token by token, so that nothing but what the format allows is
 * ever kept.
 *
 * @see <a href="https://github.com/huggingface/safetensors">the format</a>
 */
final class SafetensorsHeader {
  static final String METADATA_KEY = "__metadata__";

  /** The dtypes of the format that are supported, by their names there. */
  static final Map<String, TensorType> TYPES =
      Stream.of(
              TensorType.F64,
              TensorType.F32,
              TensorType.F16,
              TensorType.BF16,
              TensorType.F8_E4M3,
              TensorType.F8_E5M2,
              TensorType.I64,
              TensorType.I32,
              TensorType.I16,
              TensorType.I8,
              TensorType.U64,
              TensorType.U32,
              TensorType.U16,
              TensorType.U8,
              TensorType.BOOL)
          .collect(Collectors.toMap(TensorType::name, type -> type));

  private static final JsonFactory STRICT =
      (JsonFactory) Json.factory(4).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final int MAX_RANK = 64;
  private static final int MAX_TENSORS = 1 << 18;
  private static final int MAX_KEYS = 1 << 16;

  /** A tensor and the half-open range of its bytes in the data. */
  record Entry(TensorInfo info, long start, long end) {}

  private final String source;
  private final JsonParser json;
  private String subject = "header";
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();

  private SafetensorsHeader(String source, JsonParser json) {
    this.source = source;
    this.json = json;
  }

  /** Parses the text between the length and the data. */
  static SafetensorsHeader parse(String source, String text) {
    try (JsonParser json = STRICT.createParser(text)) {
      SafetensorsHeader header = new SafetensorsHeader(source, json);
      header.read();
      return header;
    } catch (JsonProcessingException e) {
      throw Json.malformed(source + ": header", e);
    } catch (IOException e) {
      throw new CheckpointException("%s: the header cannot be parsed: %s".formatted(source, e.getMessage()), e);
    }
  }

  Map<String, String> metadata() {
    return metadata;
  }

  /** In the order of the header. */
  List<Entry> entries() {
    return entries;
  }

  private void read() throws IOException {
    next(JsonToken.START_OBJECT);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      if (name.equals(METADATA_KEY)) {
        readMetadata();
      } else {
        entries.add(readEntry(name));
        requireAtMost(MAX_TENSORS, entries.size());
      }
      subject = "header";
    }
    if (json.nextToken() != null) {
      throw mismatch("nothing but spaces after the object", json.currentToken());
    }
  }

  private void readMetadata() throws IOException {
    subject = METADATA_KEY;
    next(JsonToken.START_OBJECT);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      next(JsonToken.VALUE_STRING);
      metadata.put(key, json.getText());
      requireAtMost(MAX_KEYS, metadata.size());
    }
  }

  private void requireAtMost(int max, int count) {
    if (count > max) {
      throw mismatch("at most %d entries".formatted(max), "more");
    }
  }

  private Entry readEntry(String name) throws IOException {
    subject = Messages.tensor(name);
    TensorType type = null;
    List<Long> shape = null;
    List<Long> range = null;
    next(JsonToken.START_OBJECT);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      switch (json.currentName()) {
        case "dtype" -> type = readType();
        case "shape" -> shape = readIntegers(MAX_RANK);
        case "data_offsets" -> range = readIntegers(2);
        default -> throw mismatch("dtype, shape and data_offsets", Messages.key(json.currentName()));
      }
    }
    if (type == null || shape == null || range == null || range.size() != 2) {
      throw mismatch("dtype, shape and two data_offsets", "not all of them");
    }
    TensorInfo info = new TensorInfo(name, type, shape).check(source);
    long start = range.getFirst();
    long end = range.getLast();
    if (end < start || end - start != info.bytes()) {
      throw mismatch("data_offsets of %d bytes for %s %s".formatted(info.bytes(), type, shape), range);
    }
    return new Entry(info, start, end);
  }

  private TensorType readType() throws IOException {
    next(JsonToken.VALUE_STRING);
    TensorType type = TYPES.get(json.getText());
    if (type == null) {
      throw mismatch("a dtype of " + TYPES.keySet().stream().sorted().toList(), Messages.quote(json.getText()));
    }
    return type;
  }

  private List<Long> readIntegers(int max) throws IOException {
    List<Long> values = new ArrayList<>();
    next(JsonToken.START_ARRAY);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || json.getLongValue() < 0 || values.size() == max) {
        throw mismatch("at most %d integers from 0 to 2^63-1".formatted(max), Messages.quote(json.getText()));
      }
      values.add(json.getLongValue());
    }
    return values;
  }

  private void next(JsonToken expected) throws IOException {
    JsonToken found = json.nextToken();
    if (found != expected) {
      throw mismatch(expected.toString(), found);
    }
  }

  private CheckpointException mismatch(String expected, Object found) {
    return Messages.mismatch(source, subject, expected, found);
  }
}

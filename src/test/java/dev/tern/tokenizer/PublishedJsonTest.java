package dev.tern.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tern.Shared;
import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.Json;
import dev.tern.checkpoint.Metadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Published vocabularies as {@code tokenizer.json}, with the stages that their own files have, give the published ids:
 * the vocabulary and the merges are taken from the GGUF form.
 */
class PublishedJsonTest {
  private static final String BYTE_LEVEL =
      """
      {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": %s}\
      """;
  private static final String SPLIT =
      """
      {"type": "Split", "pattern": {"Regex": "%s"}, "behavior": "Isolated", "invert": false}\
      """;
  private static final String PREPEND =
      """
      {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"},
       {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}\
      """;
  private static final String UNMARK =
      """
      {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "},
       {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}\
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "gpt-2; null; words",
        "mpt; {\"type\": \"NFC\"}; words",
        "starcoder; null; digits words",
        "falcon; null; punctuation words numbers threes",
        "deepseek-coder; null; lines letters marks asian digits bytes",
      })
  void byteLevelVocabularies(String name, String normalizer, String steps) throws IOException {
    Metadata metadata = metadata(name);
    ObjectNode json = json(metadata);
    json.set("normalizer", Json.MAPPER.readTree(normalizer));
    ArrayNode stages = json.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    for (String step : steps.split(" ")) {
      stages.add(Json.MAPPER.readTree(stage(step)));
    }
    json.set("decoder", Json.MAPPER.readTree(BYTE_LEVEL.formatted("true")));
    ArrayNode merges = (ArrayNode) json.get("model").get("merges");
    metadata.texts("tokenizer.ggml.merges").forEach(merges::add);
    check(name, json);
  }

  private static String stage(String step) {
    return switch (step) {
      case "words" -> BYTE_LEVEL.formatted("true");
      case "bytes" -> BYTE_LEVEL.formatted("false");
      case "digits" -> "{\"type\": \"Digits\", \"individual_digits\": true}";
      case "numbers" -> "{\"type\": \"Digits\", \"individual_digits\": false}";
      case "punctuation" -> "{\"type\": \"Punctuation\", \"behavior\": \"Contiguous\"}";
      case "threes" -> SPLIT.formatted("[0-9][0-9][0-9]");
      case "lines" -> SPLIT.formatted("[\\r\\n]");
      case "letters" -> SPLIT.formatted("\\\\s?\\\\p{L}+");
      case "marks" -> SPLIT.formatted("\\\\s?\\\\p{P}+");
      case "asian" -> SPLIT.formatted("[一-龥ࠀ-一가-퟿]+");
      default -> throw new IllegalArgumentException(step);
    };
  }

  @ParameterizedTest
  @CsvSource({"llama-spm", "phi-3"})
  void sentencePieceVocabularies(String name) throws IOException {
    Metadata metadata = metadata(name);
    ObjectNode json = json(metadata);
    json.set("normalizer", Json.MAPPER.readTree(PREPEND));
    json.set("decoder", Json.MAPPER.readTree(UNMARK));
    ObjectNode model = (ObjectNode) json.get("model");
    model.put("byte_fallback", true).put("fuse_unk", true).put("unk_token", "<unk>");
    addMerges(metadata, (ArrayNode) model.get("merges"));
    check(name, json);
  }

  /** The merges that scores amount to: every way to cut a piece into two, the best pieces first. */
  private static void addMerges(Metadata metadata, ArrayNode merges) {
    List<String> pieces = metadata.texts("tokenizer.ggml.tokens");
    float[] scores = metadata.reals("tokenizer.ggml.scores");
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < pieces.size(); id++) {
      ids.put(pieces.get(id), id);
    }
    List<Integer> order = new ArrayList<>(ids.values());
    order.sort(Comparator.<Integer>comparingDouble(id -> -scores[id]).thenComparing(id -> id));
    for (int id : order) {
      String piece = pieces.get(id);
      for (int cut = 1; metadata.integers("tokenizer.ggml.token_type")[id] == 1 && cut < piece.length(); cut++) {
        String left = piece.substring(0, cut);
        String right = piece.substring(cut);
        if (ids.containsKey(left) && ids.containsKey(right)) {
          merges.addArray().add(left).add(right);
        }
      }
    }
  }

  private static Metadata metadata(String name) {
    Path file = Shared.path("external/tokenizers").resolve("ggml-vocab-%s.gguf".formatted(name));
    try (GgufFile gguf = GgufFile.open(file)) {
      return gguf.metadata();
    }
  }

  private static ObjectNode json(Metadata metadata) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    ArrayNode added = json.putArray("added_tokens");
    ObjectNode model = json.putObject("model").put("type", "BPE");
    ObjectNode vocabulary = model.putObject("vocab");
    model.putArray("merges");
    List<String> pieces = metadata.texts("tokenizer.ggml.tokens");
    long[] kinds = metadata.integers("tokenizer.ggml.token_type");
    for (int id = 0; id < pieces.size(); id++) {
      if (kinds[id] == 2 || kinds[id] == 3 || kinds[id] == 4) {
        added.addObject().put("id", id).put("content", pieces.get(id)).put("special", kinds[id] != 4);
      }
      if (kinds[id] != 4) {
        vocabulary.put(pieces.get(id), id);
      }
    }
    return json;
  }

  private void check(String name, ObjectNode json) throws IOException {
    Json.MAPPER.writeValue(folder.resolve("tokenizer.json").toFile(), json);
    Tokenizer tokenizer = Tokenizers.fromDirectory(folder);
    PublishedVectorsTest.Vectors vectors = PublishedVectorsTest.Vectors.of(name);
    for (int i = 0; i < vectors.ids().size(); i++) {
      String text = vectors.texts().get(i);
      assertArrayEquals(vectors.ids().get(i), tokenizer.encode(text, Special.TEXT), text);
    }
  }
}

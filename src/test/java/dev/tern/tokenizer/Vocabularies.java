package dev.tern.tokenizer;

import dev.tern.checkpoint.Metadata;
import dev.tern.tokenizer.subword.ByteLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Small vocabularies as GGUF metadata. */
final class Vocabularies {
  private static final String PREFIX = "tokenizer.ggml.";

  private final List<String> pieces = new ArrayList<>();
  private final List<Long> kinds = new ArrayList<>();
  private final List<Float> scores = new ArrayList<>();
  private final Map<String, Object> values = new HashMap<>();

  private Vocabularies(String model) {
    values.put(PREFIX + "model", model);
  }

  static Vocabularies of(String model) {
    return new Vocabularies(model);
  }

  /** All bytes as GPT-2 writes them, and merges with what they make. */
  static Vocabularies bytePairs(String pre, String... merges) {
    Vocabularies vocabulary = of("gpt2").with("pre", pre).with("merges", merges);
    for (int value = 0; value < 256; value++) {
      vocabulary.add(String.valueOf(ByteLevel.character(value)));
    }
    for (String merge : merges) {
      vocabulary.add(merge.replace(" ", ""));
    }
    return vocabulary;
  }

  /** An unknown token, control tokens for both ends, and all bytes, as SentencePiece has them; then these pieces. */
  static Vocabularies sentencePiece(String... pieces) {
    Vocabularies vocabulary = of("llama").add("<unk>", 2, 0).add("<s>", 3, 0).add("</s>", 3, 0);
    for (int value = 0; value < 256; value++) {
      vocabulary.add("<0x%02X>".formatted(value), 6, 0);
    }
    for (String piece : pieces) {
      vocabulary.add(piece, 1, -vocabulary.pieces.size());
    }
    return vocabulary;
  }

  Vocabularies add(String... normal) {
    for (String piece : normal) {
      add(piece, 1, 0);
    }
    return this;
  }

  Vocabularies add(String piece, int kind, float score) {
    pieces.add(piece);
    kinds.add((long) kind);
    scores.add(score);
    return this;
  }

  Vocabularies with(String key, Object value) {
    values.put(PREFIX + key, value instanceof Integer i ? (Object) i.longValue() : value);
    return this;
  }

  int id(String piece) {
    return pieces.indexOf(piece);
  }

  int[] ids(String... wanted) {
    return Arrays.stream(wanted).mapToInt(this::id).toArray();
  }

  Metadata metadata() {
    Map<String, Object> all = new HashMap<>(values);
    all.put(PREFIX + "tokens", pieces.toArray(String[]::new));
    all.putIfAbsent(PREFIX + "token_type", kinds.stream().mapToLong(Long::longValue).toArray());
    float[] array = new float[scores.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = scores.get(i);
    }
    all.putIfAbsent(PREFIX + "scores", array);
    return new Metadata("test.gguf", all);
  }

  Tokenizer build() {
    return Tokenizers.from(metadata());
  }

  /** The names of the tokens of a text. */
  static List<String> cut(Tokenizer tokenizer, String text) {
    return Arrays.stream(tokenizer.encode(text, Special.PARSE)).mapToObj(tokenizer::piece).toList();
  }
}

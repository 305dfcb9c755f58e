package dev.tern.tokenizer;

import dev.tern.checkpoint.GgufType;
import dev.tern.checkpoint.GgufValue;
import dev.tern.checkpoint.Metadata;
import dev.tern.error.CheckpointException;
import dev.tern.tokenizer.subword.TokenKind;
import dev.tern.tokenizer.subword.Vocabulary;
import dev.tern.tokenizer.text.AlignedText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tokenizer of a Hugging Face directory as the keys of a GGUF file. Where GGUF has only a name or a flag, those are
 * taken that cut a text full of traps into the same tokens; if none does, there is no such file.
 */
final class GgufTokenizerKeys {
  private static final Pattern STEERING = Pattern.compile("<\\|.*\\|>|<\uff5c.*\uff5c>|<unused.*>|<pad>|<mask>");

  /** The score of what is no token of a text. */
  private static final float NEVER = -10000;

  private final Path directory;
  private final TokenizerConfig config;
  private final StagedTokenizer tokenizer;
  private final Map<String, GgufValue> values = new LinkedHashMap<>();

  private GgufTokenizerKeys(Path directory) {
    this.directory = directory;
    config = new TokenizerConfig(directory);
    tokenizer = HuggingFaceTokenizers.from(directory);
  }

  /**
   * @throws CheckpointException if GGUF cannot express the tokenizer
   */
  static Map<String, GgufValue> of(Path directory) {
    GgufTokenizerKeys keys = new GgufTokenizerKeys(directory);
    keys.tokens();
    keys.roles();
    keys.rules();
    keys.chatTemplate();
    return keys.values;
  }

  private void put(String key, Object value) {
    values.put(GgufVocabulary.PREFIX + key, GgufValue.of(value));
  }

  private void tokens() {
    Vocabulary vocabulary = tokenizer.vocabulary();
    put("model", tokenizer.kind());
    String[] pieces = new String[vocabulary.size()];
    long[] types = new long[pieces.length];
    for (int id = 0; id < pieces.length; id++) {
      TokenKind kind = vocabulary.kinds()[id];
      types[id] = kind(kind, vocabulary.pieces()[id]).ordinal();
      pieces[id] = piece(vocabulary.pieces()[id], kind, id);
    }
    put("tokens", pieces);
    values.put(GgufVocabulary.PREFIX + "token_type", new GgufValue(GgufType.INT32, types));
  }

  /** What added tokens are for is told by their names where the flags of published files do not tell. */
  private TokenKind kind(TokenKind kind, String piece) {
    if (kind == TokenKind.CONTROL && isSentencePiece() && piece.equals(config.name("unk_token"))) {
      return TokenKind.UNKNOWN;
    }
    return kind == TokenKind.USER_DEFINED && STEERING.matcher(piece).matches() ? TokenKind.CONTROL : kind;
  }

  private boolean isSentencePiece() {
    return tokenizer.kind().equals("llama") || tokenizer.kind().equals("t5");
  }

  /** GGUF marks the beginnings of words where BERT marks what follows them. */
  private String piece(String piece, TokenKind kind, int id) {
    if (piece.isEmpty() && kind == TokenKind.UNUSED) {
      return "[PAD" + id + "]";
    }
    if (!tokenizer.kind().equals("bert") || kind.isControl() || kind == TokenKind.USER_DEFINED) {
      return piece;
    }
    return piece.startsWith("##") ? piece.substring(2) : "\u2581" + piece;
  }

  private void roles() {
    VocabularyBuilder names = new VocabularyBuilder(directory.toString());
    Vocabulary vocabulary = tokenizer.vocabulary();
    for (int id = 0; id < vocabulary.size(); id++) {
      names.add(vocabulary.pieces()[id], id, 0, vocabulary.kinds()[id]);
    }
    role("bos_token_id", tokenizer.bos());
    role("eos_token_id", tokenizer.eos());
    role("unknown_token_id", config.id("unk_token", names));
    role("padding_token_id", config.id("pad_token", names));
    if (tokenizer.kind().equals("bert")) {
      role("cls_token_id", config.id("cls_token", names));
      role("seperator_token_id", config.id("sep_token", names));
      role("mask_token_id", config.id("mask_token", names));
    }
    int[] around = tokenizer.encodePrompt("");
    int[] inside = tokenizer.encode("", Special.PARSE);
    put("add_bos_token", around.length > inside.length && is(tokenizer.bos(), around[0]));
    put("add_eos_token", around.length > inside.length && is(tokenizer.eos(), around[around.length - 1]));
  }

  private static boolean is(OptionalInt token, int id) {
    return token.isPresent() && token.getAsInt() == id;
  }

  private void role(String key, OptionalInt id) {
    id.ifPresent(value -> put(key, (long) value));
  }

  /** What differs between the kinds. */
  private void rules() {
    switch (tokenizer.kind()) {
      case "gpt2" -> {
        put("pre", preTokenizer());
        put("merges", merges(TokenizerJson.read(directory.resolve("tokenizer.json"))));
        requireSame();
      }
      case "llama" -> {
        put("pre", "default");
        values.put(GgufVocabulary.PREFIX + "scores", new GgufValue(GgufType.FLOAT32, scores()));
        chooseFlag("add_space_prefix");
      }
      case "t5" -> {
        put("pre", "default");
        values.put(GgufVocabulary.PREFIX + "scores", new GgufValue(GgufType.FLOAT32, scores()));
        characterMap();
        put("add_space_prefix", true);
        chooseFlag("remove_extra_whitespaces");
      }
      case "bert" -> {
        put("token_type_count", 2L);
        chooseFlag("normalizer.lowercase");
      }
      default -> throw unsupported("a tokenizer of kind " + tokenizer.kind());
    }
  }

  private String preTokenizer() {
    List<String> cut = ProbeText.words(tokenizer.stages().words());
    boolean composes = tokenizer.stages().normalizer().apply(AlignedText.of("e\u0301", 0, 2)).text().length() == 1;
    boolean whole = ignoresMerges();
    return PreTokenizers.usual().stream()
        .filter(name -> matches(PreTokenizers.find(name).orElseThrow(), cut, composes, whole))
        .findFirst()
        .orElseThrow(() -> unsupported("its way to cut texts into words"));
  }

  private static boolean matches(PreTokenizers.Preset preset, List<String> cut, boolean composes, boolean whole) {
    return preset.is(PreTokenizers.Trait.COMPOSE) == composes
        && preset.is(PreTokenizers.Trait.WHOLE_WORDS) == whole
        && ProbeText.words(preset.words()).equals(cut);
  }

  private boolean ignoresMerges() {
    return TokenizerJson.read(directory.resolve("tokenizer.json")).model().flag("ignore_merges", false);
  }

  private static String[] merges(TokenizerJson json) {
    String[] merges = new String[json.merges().size() / 2];
    Arrays.setAll(merges, i -> json.merges().get(2 * i) + " " + json.merges().get(2 * i + 1));
    return merges;
  }

  /** Those of SentencePiece, or of the merges the place of the first that makes a piece. */
  private float[] scores() {
    Path json = directory.resolve("tokenizer.json");
    boolean ranked = tokenizer.kind().equals("llama") && Files.isRegularFile(json);
    float[] scores = ranked ? scores(TokenizerJson.read(json)) : tokenizer.vocabulary().scores().clone();
    for (int id = 0; id < scores.length; id++) {
      scores[id] = tokenizer.vocabulary().kinds()[id] == TokenKind.UNUSED ? NEVER : scores[id];
    }
    return scores;
  }

  private float[] scores(TokenizerJson json) {
    List<String> merges = json.merges();
    Map<String, Integer> places = new LinkedHashMap<>();
    for (int i = 0; i < merges.size(); i += 2) {
      places.putIfAbsent(merges.get(i) + merges.get(i + 1), i / 2);
    }
    String[] pieces = tokenizer.vocabulary().pieces();
    float[] scores = new float[pieces.length];
    for (int id = 0; id < scores.length; id++) {
      Integer place = places.get(pieces[id]);
      scores[id] = place == null ? 0 : -place;
    }
    return scores;
  }

  private void characterMap() {
    JsonPart normalizer = TokenizerJson.read(directory.resolve("tokenizer.json")).part("normalizer");
    List<JsonPart> steps =
        normalizer.type().equals("Sequence") ? normalizer.get("normalizers").elements() : List.of(normalizer);
    for (JsonPart step : steps) {
      if (step.type().equals("Precompiled") && !step.get("precompiled_charsmap").isAbsent()) {
        byte[] map = Base64.getDecoder().decode(step.text("precompiled_charsmap"));
        long[] codes = new long[map.length];
        Arrays.setAll(codes, i -> map[i]);
        values.put(GgufVocabulary.PREFIX + "precompiled_charsmap", new GgufValue(GgufType.INT8, codes));
      }
    }
  }

  private void chooseFlag(String key) {
    boolean found =
        Stream.of(true, false)
            .anyMatch(
                flag -> {
                  put(key, flag);
                  return isSame();
                });
    if (!found) {
      throw unsupported("its way to cut texts into tokens");
    }
  }

  private void requireSame() {
    if (!isSame()) {
      throw unsupported("its way to cut texts into tokens");
    }
  }

  private boolean isSame() {
    Map<String, Object> plain = new LinkedHashMap<>();
    values.forEach((key, value) -> plain.put(key, value.value()));
    Tokenizer written = GgufTokenizers.from(new Metadata(directory.toString(), plain));
    return Arrays.equals(written.encodePrompt(ProbeText.TEXT), tokenizer.encodePrompt(ProbeText.TEXT));
  }

  private void chatTemplate() {
    Path file = directory.resolve("chat_template.jinja");
    JsonPart inConfig = config.tokenizer().get("chat_template");
    if (Files.isRegularFile(file)) {
      String template = new String(BoundedFile.read(file), java.nio.charset.StandardCharsets.UTF_8);
      values.put("tokenizer.chat_template", GgufValue.of(template));
    } else if (inConfig.node().isTextual()) {
      values.put("tokenizer.chat_template", GgufValue.of(inConfig.text()));
    } else if (inConfig.node().isArray()) {
      inConfig.elements().stream()
          .filter(template -> template.text("name").equals("default"))
          .forEach(template -> values.put("tokenizer.chat_template", GgufValue.of(template.text("template"))));
    }
  }

  private CheckpointException unsupported(String what) {
    return new CheckpointException("%s: the tokenizer: GGUF cannot express %s".formatted(directory, what));
  }
}

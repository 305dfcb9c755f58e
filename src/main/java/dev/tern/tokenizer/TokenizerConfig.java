package dev.tern.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tern.checkpoint.Json;
import dev.tern.error.CheckpointException;
import dev.tern.tokenizer.AddedToken.Trait;
import dev.tern.tokenizer.subword.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** What the small JSON files of a Hugging Face directory say of its tokenizer; any of them may be missing. */
final class TokenizerConfig {
  private static final List<String> ROLES =
      List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

  private final Path directory;
  private final JsonPart tokenizer;
  private final JsonPart specialTokens;
  private final JsonPart generation;
  private final JsonPart model;

  TokenizerConfig(Path directory) {
    this.directory = directory;
    tokenizer = read("tokenizer_config.json");
    specialTokens = read("special_tokens_map.json");
    generation = read("generation_config.json");
    model = read("config.json");
  }

  private JsonPart read(String name) {
    Path file = directory.resolve(name);
    JsonNode node = Files.isRegularFile(file) ? Json.readObject(file) : null;
    return JsonPart.of(file.toString(), "", node);
  }

  Path directory() {
    return directory;
  }

  /** The file with the tokenizer's own settings; absent if there is none. */
  JsonPart tokenizer() {
    return tokenizer;
  }

  /** The class that transformers uses, without the suffix of its fast form; empty if it is not named. */
  String tokenizerClass() {
    String name = tokenizer.text("tokenizer_class", "");
    return name.endsWith("Fast") ? name.substring(0, name.length() - 4) : name;
  }

  /** How many tokens the model has logits for, which may be more than the tokenizer has; 0 if that is not known. */
  int vocabularySize() {
    int nested = model.get("text_config").integer("vocab_size", 0);
    return Math.max(0, model.integer("vocab_size", nested));
  }

  /** The name of the token in a role such as {@code bos_token}; empty if there is none. */
  String name(String role) {
    String name = tokenizer.get(role).tokenName();
    return name.isEmpty() ? specialTokens.get(role).tokenName() : name;
  }

  /** The id of the token in a role such as {@code bos_token}. */
  OptionalInt id(String role, VocabularyBuilder vocabulary) {
    String name = name(role);
    OptionalInt id = name.isEmpty() ? OptionalInt.empty() : vocabulary.find(name);
    if (id.isPresent()) {
      return id;
    }
    return Set.of("bos_token", "eos_token", "pad_token").contains(role)
        ? ids(role + "_id").stream().mapToInt(Integer::intValue).findFirst()
        : OptionalInt.empty();
  }

  private OptionalInt id(String role, String encoderRole, VocabularyBuilder vocabulary) {
    OptionalInt id = id(role, vocabulary);
    return id.isPresent() ? id : id(encoderRole, vocabulary);
  }

  /** The ids that the settings of generation and of the model give for a role; a number or a list. */
  private Set<Integer> ids(String key) {
    Set<Integer> ids = new TreeSet<>();
    for (JsonPart part : List.of(generation.get(key), model.get(key))) {
      if (part.node().isArray()) {
        part.elements().forEach(element -> ids.add(element.integer()));
      } else if (!part.isAbsent()) {
        ids.add(part.integer());
      }
      if (!ids.isEmpty()) {
        break;
      }
    }
    return ids;
  }

  /** All tokens at which generation ends. */
  int[] endOfGeneration(Vocabulary vocabulary, OptionalInt eos) {
    Set<Integer> named = ids("eos_token_id");
    eos.ifPresent(named::add);
    named.forEach(id -> check("eos_token_id", id, vocabulary));
    return EndOfGeneration.find(vocabulary, named);
  }

  private void check(String what, int id, Vocabulary vocabulary) {
    if (id < 0 || id >= vocabulary.size()) {
      throw new CheckpointException(
          "%s: %s: expected a token below %d, found %d".formatted(directory, what, vocabulary.size(), id));
    }
  }

  /** Adds the tokens that this file adds to a vocabulary. */
  void addTokens(VocabularyBuilder vocabulary) {
    JsonPart decoder = tokenizer.get("added_tokens_decoder");
    decoder
        .node()
        .fieldNames()
        .forEachRemaining(
            key -> {
              JsonPart token = decoder.get(key);
              if (!key.matches("[0-9]{1,9}")) {
                throw token.wrong("a token named by its id");
              }
              int id = Integer.parseInt(key);
              if (!vocabulary.isAdded(id)) {
                vocabulary.add(addedToken(token, id));
              }
            });
    for (String role : ROLES) {
      String name = name(role);
      if (!name.isEmpty()) {
        vocabulary
            .find(name)
            .ifPresent(
                id -> {
                  if (!vocabulary.isAdded(id)) {
                    vocabulary.add(AddedToken.of(id, name, true));
                  }
                });
      }
    }
  }

  /** A token as it is described in {@code added_tokens}. */
  static AddedToken addedToken(JsonPart part, int id) {
    Set<Trait> traits = EnumSet.noneOf(Trait.class);
    addIf(part, "special", Trait.SPECIAL, traits);
    addIf(part, "single_word", Trait.SINGLE_WORD, traits);
    addIf(part, "lstrip", Trait.LEFT_STRIP, traits);
    addIf(part, "rstrip", Trait.RIGHT_STRIP, traits);
    addIf(part, "normalized", Trait.NORMALIZED, traits);
    return new AddedToken(id, part.text("content"), traits);
  }

  private static void addIf(JsonPart part, String key, Trait trait, Set<Trait> traits) {
    if (part.flag(key, false)) {
      traits.add(trait);
    }
  }

  /** The roles of the tokens; {@code template} is what the tokenizer itself puts around a prompt. */
  Roles roles(VocabularyBuilder builder, Vocabulary vocabulary, PromptTemplate template) {
    OptionalInt bos = id("bos_token", "cls_token", builder);
    OptionalInt eos = id("eos_token", "sep_token", builder);
    // These classes go by their own flags, whatever the template says; others only where there is no template.
    boolean flagged = tokenizerClass().matches("(Code)?LlamaTokenizer|GemmaTokenizer");
    int[] prefix = around(template.prefix(), flagged, "add_bos_token", flagged, bos);
    int[] suffix = around(template.suffix(), flagged, "add_eos_token", false, eos);
    bos.ifPresent(id -> check("bos_token_id", id, vocabulary));
    for (int[] ids : new int[][] {prefix, suffix}) {
      Arrays.stream(ids).forEach(id -> check("post_processor", id, vocabulary));
    }
    return new Roles(bos, eos, endOfGeneration(vocabulary, eos), prefix, suffix);
  }

  private int[] around(int[] template, boolean flagged, String flag, boolean fallback, OptionalInt token) {
    if (!flagged && template.length > 0) {
      return template;
    }
    return tokenizer.flag(flag, fallback) && token.isPresent() ? new int[] {token.getAsInt()} : new int[0];
  }
}

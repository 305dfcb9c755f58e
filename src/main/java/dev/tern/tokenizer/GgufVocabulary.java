package dev.tern.tokenizer;

import dev.tern.checkpoint.Metadata;
import dev.tern.error.CheckpointException;
import dev.tern.tokenizer.AddedToken.Trait;
import dev.tern.tokenizer.subword.TokenKind;
import dev.tern.tokenizer.subword.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Reads the tokens and their roles from the {@code tokenizer.ggml.*} keys of a GGUF file. */
final class GgufVocabulary {
  static final String PREFIX = "tokenizer.ggml.";
  private static final List<String> END_KEYS =
      List.of(
          "eos_token_id", "eot_token_id", "eom_token_id", "fim_pad_token_id", "fim_rep_token_id", "fim_sep_token_id");

  private final Metadata metadata;
  private final Vocabulary vocabulary;
  private final int[] endOfGeneration;

  GgufVocabulary(Metadata metadata) {
    this.metadata = metadata;
    String[] pieces = metadata.texts(PREFIX + "tokens").toArray(String[]::new);
    if (pieces.length == 0) {
      throw new CheckpointException("%s: key '%stokens': expected tokens, found none".formatted(source(), PREFIX));
    }
    this.vocabulary = new Vocabulary(pieces, kinds(pieces.length), scores(pieces.length));
    Set<Integer> named = new TreeSet<>();
    END_KEYS.forEach(key -> role(key).ifPresent(named::add));
    this.endOfGeneration = EndOfGeneration.find(vocabulary, named);
    for (int id : endOfGeneration) {
      // One that only its id makes an end may be plain text, such as a line end.
      if (EndOfGeneration.isName(pieces[id])) {
        vocabulary.kinds()[id] = TokenKind.CONTROL;
      }
    }
  }

  private TokenKind[] kinds(int size) {
    TokenKind[] kinds = new TokenKind[size];
    if (!metadata.has(PREFIX + "token_type")) {
      Arrays.fill(kinds, TokenKind.NORMAL);
      return kinds;
    }
    long[] codes = metadata.integers(PREFIX + "token_type");
    checkLength("token_type", codes.length, size);
    for (int id = 0; id < size; id++) {
      kinds[id] = TokenKind.of(codes[id]);
    }
    return kinds;
  }

  private float[] scores(int size) {
    if (!metadata.has(PREFIX + "scores")) {
      return new float[size];
    }
    float[] scores = metadata.reals(PREFIX + "scores");
    checkLength("scores", scores.length, size);
    return scores;
  }

  private void checkLength(String key, int found, int expected) {
    if (found != expected) {
      throw new CheckpointException(
          "%s: key '%s%s': expected an entry for each of %d tokens, found %d"
              .formatted(source(), PREFIX, key, expected, found));
    }
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  String source() {
    return metadata.source();
  }

  /** The token that a key names. */
  OptionalInt role(String key) {
    if (!metadata.has(PREFIX + key)) {
      return OptionalInt.empty();
    }
    long id = metadata.integer(PREFIX + key);
    if (id < 0 || id >= vocabulary.size()) {
      throw new CheckpointException(
          "%s: key '%s%s': expected a token below %d, found %d"
              .formatted(source(), PREFIX, key, vocabulary.size(), id));
    }
    return OptionalInt.of((int) id);
  }

  /** The token that a key names, or else this one if the vocabulary reaches so far. */
  OptionalInt role(String key, int fallback) {
    OptionalInt id = role(key);
    return id.isPresent() || fallback >= vocabulary.size() ? id : OptionalInt.of(fallback);
  }

  boolean flag(String key, boolean fallback) {
    return metadata.flag(PREFIX + key, fallback);
  }

  /** What is put around a prompt, by the flags of the file or else these. */
  Roles roles(OptionalInt bos, OptionalInt eos, boolean addBos, boolean addEos) {
    int[] prefix = around("add_bos_token", addBos, bos, "bos_token_id");
    int[] suffix = around("add_eos_token", addEos, eos, "eos_token_id");
    return new Roles(bos, eos, endOfGeneration, prefix, suffix);
  }

  /** What surrounds a text for an encoder. */
  Roles roles(int first, int last) {
    return new Roles(OptionalInt.of(first), OptionalInt.of(last), endOfGeneration, new int[] {first}, new int[] {last});
  }

  private int[] around(String flag, boolean fallback, OptionalInt token, String key) {
    if (!flag(flag, fallback)) {
      return new int[0];
    }
    if (token.isEmpty()) {
      throw new CheckpointException(
          "%s: expected key '%s%s', as '%s' holds, found none".formatted(source(), PREFIX, key, flag));
    }
    return new int[] {token.getAsInt()};
  }

  /** The tokens to look for in a text. */
  AddedTokens added() {
    String name = metadata.text("general.name", "").toLowerCase(Locale.ROOT);
    boolean phi3 = name.contains("phi-3") || name.contains("phi3");
    List<AddedToken> added = new ArrayList<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      TokenKind kind = vocabulary.kinds()[id];
      if (kind.isControl() || kind == TokenKind.USER_DEFINED) {
        String text = vocabulary.pieces()[id];
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        if (kind.isControl()) {
          traits.add(Trait.SPECIAL);
        }
        // GGUF has no place for these traits; the published files of these models have them.
        if (phi3 && !Set.of("<unk>", "<s>", "<|endoftext|>").contains(text)) {
          traits.add(Trait.RIGHT_STRIP);
        }
        if (text.equals("<mask>") || text.equals("[MASK]") && name.contains("modern-bert")) {
          traits.add(Trait.LEFT_STRIP);
        }
        added.add(new AddedToken(id, text, traits));
      }
    }
    return new AddedTokens(added);
  }
}

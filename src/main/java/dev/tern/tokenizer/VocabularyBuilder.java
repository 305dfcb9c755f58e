package dev.tern.tokenizer;

import dev.tern.error.CheckpointException;
import dev.tern.tokenizer.subword.TokenKind;
import dev.tern.tokenizer.subword.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Puts together a vocabulary that Hugging Face spreads over several files. */
final class VocabularyBuilder {
  /** How much sparser than full a numbering may be, and how many ids beyond are never too many. */
  private static final int SPARSE = 4;

  private static final int SPARE = 1 << 16;

  private final String source;
  private final List<String> pieces = new ArrayList<>();
  private int[] ids = new int[1024];
  private float[] scores = new float[1024];
  private TokenKind[] kinds = new TokenKind[1024];
  private final Map<Integer, AddedToken> added = new LinkedHashMap<>();

  /** {@code source} names the file in error messages. */
  VocabularyBuilder(String source) {
    this.source = source;
  }

  void add(String piece, int id, float score, TokenKind kind) {
    int count = pieces.size();
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
      scores = Arrays.copyOf(scores, count * 2);
      kinds = Arrays.copyOf(kinds, count * 2);
    }
    ids[count] = id;
    scores[count] = score;
    kinds[count] = kind;
    pieces.add(piece);
  }

  /**
   * Adds a token that is looked for in texts; it takes the place of what had its id. One that ends generation is a
   * control token whatever the files say.
   */
  void add(AddedToken token) {
    added.put(token.id(), EndOfGeneration.isName(token.text()) ? token.asSpecial() : token);
  }

  /** Whether a token with this id was added by hand. */
  boolean isAdded(int id) {
    return added.containsKey(id);
  }

  /** The id of a name among all that was added so far. */
  OptionalInt find(String piece) {
    for (AddedToken token : added.values()) {
      if (token.text().equals(piece)) {
        return OptionalInt.of(token.id());
      }
    }
    int index = pieces.indexOf(piece);
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(ids[index]);
  }

  List<AddedToken> added() {
    return List.copyOf(added.values());
  }

  /** The vocabulary of all that was added, filled up with unused tokens to at least this size. */
  Vocabulary build(int least) {
    int size = size(least);
    Vocabulary vocabulary = new Vocabulary(new String[size], new TokenKind[size], new float[size]);
    Arrays.fill(vocabulary.pieces(), "");
    Arrays.fill(vocabulary.kinds(), TokenKind.UNUSED);
    for (int i = 0; i < pieces.size(); i++) {
      if (!vocabulary.pieces()[ids[i]].isEmpty()) {
        throw new CheckpointException(
            "%s: token %d: expected one name, found '%s' and '%s'"
                .formatted(source, ids[i], vocabulary.pieces()[ids[i]], pieces.get(i)));
      }
      vocabulary.pieces()[ids[i]] = pieces.get(i);
      vocabulary.kinds()[ids[i]] = kinds[i];
      vocabulary.scores()[ids[i]] = scores[i];
    }
    for (AddedToken token : added.values()) {
      vocabulary.pieces()[token.id()] = token.text();
      TokenKind kind = token.is(AddedToken.Trait.SPECIAL) ? TokenKind.CONTROL : TokenKind.USER_DEFINED;
      vocabulary.kinds()[token.id()] = kind;
    }
    return vocabulary;
  }

  private int size(int least) {
    long most = (long) SPARSE * (pieces.size() + added.size()) + SPARE;
    if (least > most) {
      throw new CheckpointException(
          "%s: expected at least %d tokens, as config.json says, found %d".formatted(source, least, pieces.size()));
    }
    int size = least;
    for (int i = 0; i < pieces.size(); i++) {
      size = Math.max(size, next(pieces.get(i), ids[i], most));
    }
    for (AddedToken token : added.values()) {
      size = Math.max(size, next(token.text(), token.id(), most));
    }
    if (pieces.isEmpty() && added.isEmpty()) {
      throw new CheckpointException("%s: expected tokens, found none".formatted(source));
    }
    return size;
  }

  private int next(String piece, int id, long most) {
    if (id < 0 || id >= most) {
      throw new CheckpointException(
          "%s: token '%s': expected an id below %d, found %d".formatted(source, piece, most, id));
    }
    return id + 1;
  }
}

package dev.tern.tokenizer.subword;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BpeTest {
  private static final String LETTERS = "abcé▁";

  private final Random random = new Random(3);

  /** Pieces of a few letters; those of one letter come first, so that every text can be written. */
  private Vocabulary vocabulary(int size) {
    List<String> pieces = new ArrayList<>(LETTERS.chars().mapToObj(Character::toString).toList());
    while (pieces.size() < size) {
      String joint = pieces.get(random.nextInt(pieces.size())) + pieces.get(random.nextInt(pieces.size()));
      if (joint.length() < 8 && !pieces.contains(joint)) {
        pieces.add(joint);
      }
    }
    TokenKind[] kinds = new TokenKind[size];
    Arrays.fill(kinds, TokenKind.NORMAL);
    float[] scores = new float[size];
    for (int id = LETTERS.length(); id < size; id++) {
      // Several of the same score, and both zeros.
      scores[id] = random.nextInt(4) == 0 ? -0f : -random.nextInt(size / 3);
    }
    return new Vocabulary(pieces.toArray(String[]::new), kinds, scores);
  }

  private String word(int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return word.toString();
  }

  private static List<String> encode(Bpe bpe, Vocabulary vocabulary, String word) {
    TokenBuffer out = TokenBuffer.ids();
    byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
    bpe.encoder(out).encode(utf8, utf8.length);
    return Arrays.stream(out.toArray()).mapToObj(id -> vocabulary.pieces()[id]).toList();
  }

  /** How good it is to join two neighbours; the lowest is best, infinity is never. */
  private interface Rank {
    double of(String left, String right);
  }

  /** Byte pair encoding as it is defined: look at all pairs, join the best and leftmost, begin again. */
  private static List<String> plain(String word, Rank rank) {
    List<String> symbols = new ArrayList<>(word.chars().mapToObj(Character::toString).toList());
    while (true) {
      int best = -1;
      double bestRank = Double.POSITIVE_INFINITY;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        double candidate = rank.of(symbols.get(i), symbols.get(i + 1));
        if (candidate < bestRank) {
          bestRank = candidate;
          best = i;
        }
      }
      if (best < 0) {
        return symbols;
      }
      symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
    }
  }

  @Test
  void scoresJoinAsDefined() {
    for (int round = 0; round < 30; round++) {
      Vocabulary vocabulary = vocabulary(60);
      List<String> pieces = List.of(vocabulary.pieces());
      PieceIndex index = PieceIndex.of(ByteTable.utf8(vocabulary.pieces()), vocabulary.kinds());
      Bpe.Options options = new Bpe.Options(false, Bpe.WholeWords.NEVER);
      Bpe bpe = new Bpe(index, RankedPieces.byScore(index, vocabulary.scores()), Fallback.NONE, options);
      Rank rank =
          (left, right) -> {
            int id = pieces.indexOf(left + right);
            return id < 0 ? Double.POSITIVE_INFINITY : 0.0 - vocabulary.scores()[id];
          };
      for (int length = 0; length < 40; length++) {
        String word = word(length);
        assertEquals(plain(word, rank), encode(bpe, vocabulary, word), word);
      }
    }
  }

  @Test
  void mergesJoinAsDefined() {
    for (int round = 0; round < 30; round++) {
      Vocabulary vocabulary = vocabulary(60);
      List<String> pieces = List.of(vocabulary.pieces());
      PieceIndex index = PieceIndex.of(ByteTable.utf8(vocabulary.pieces()), vocabulary.kinds());
      List<String> merges = new ArrayList<>();
      MergeReader reader = new MergeReader("test", index, vocabulary, false, 60);
      for (String piece : pieces.subList(LETTERS.length(), pieces.size())) {
        for (int cut = 1; cut < piece.length(); cut++) {
          String left = piece.substring(0, cut);
          String right = piece.substring(cut);
          if (pieces.contains(left) && pieces.contains(right) && random.nextBoolean() && merges.size() < 60) {
            merges.add(left + " " + right);
            reader.add(merges.getLast());
          }
        }
      }
      Bpe bpe = new Bpe(index, reader.table(), Fallback.NONE, new Bpe.Options(false, Bpe.WholeWords.NEVER));
      Rank rank =
          (left, right) -> {
            int at = merges.indexOf(left + " " + right);
            return at < 0 ? Double.POSITIVE_INFINITY : at;
          };
      for (int length = 0; length < 40; length++) {
        String word = word(length);
        assertEquals(plain(word, rank), encode(bpe, vocabulary, word), word);
      }
    }
  }

  @Test
  void wholeWordsAreTakenAsTheyAre() {
    Vocabulary vocabulary =
        new Vocabulary(
            new String[] {"a", "b", "ab", "aba"},
            new TokenKind[] {TokenKind.NORMAL, TokenKind.NORMAL, TokenKind.NORMAL, TokenKind.NORMAL},
            new float[4]);
    PieceIndex index = PieceIndex.of(ByteTable.utf8(vocabulary.pieces()), vocabulary.kinds());
    MergeReader reader = new MergeReader("test", index, vocabulary, false, 1);
    reader.add("a b");
    for (Bpe.WholeWords whole : Bpe.WholeWords.values()) {
      Bpe bpe = new Bpe(index, reader.table(), Fallback.NONE, new Bpe.Options(true, whole));
      List<String> expected = whole == Bpe.WholeWords.ALWAYS ? List.of("aba") : List.of("ab", "a");
      assertEquals(expected, encode(bpe, vocabulary, "aba"));
    }
  }

  @Test
  void whatIsNotKnownBecomesBytesOrOneUnknownToken() {
    Vocabulary vocabulary =
        new Vocabulary(
            new String[] {"a", "<0xC3>", "<0xA9>", "?"},
            new TokenKind[] {TokenKind.NORMAL, TokenKind.BYTE, TokenKind.BYTE, TokenKind.UNKNOWN},
            new float[4]);
    PieceIndex index = PieceIndex.of(ByteTable.utf8(vocabulary.pieces()), vocabulary.kinds());
    RankedPieces pairs = RankedPieces.byScore(index, vocabulary.scores());
    Bpe.Options options = new Bpe.Options(false, Bpe.WholeWords.NEVER);
    Bpe fused = new Bpe(index, pairs, new Fallback(vocabulary.byteTokens(), 3, true), options);
    assertEquals(List.of("<0xC3>", "<0xA9>", "a", "?", "a", "?"), encode(fused, vocabulary, "éaxyaz"));
    Bpe single = new Bpe(index, pairs, new Fallback(vocabulary.byteTokens(), 3, false), options);
    assertEquals(List.of("?", "?", "<0xC3>", "<0xA9>", "?"), encode(single, vocabulary, "xyéz"));
    Bpe dropped = new Bpe(index, pairs, Fallback.NONE, options);
    assertEquals(List.of("a"), encode(dropped, vocabulary, "éaé"));
  }

  @Test
  void heapGivesTheLeastFirst() {
    LongHeap heap = new LongHeap();
    long[] items = random.longs(1000, 0, 300).toArray();
    for (long item : items) {
      heap.push(item);
    }
    long[] popped = new long[items.length];
    for (int i = 0; i < popped.length; i++) {
      popped[i] = heap.pop();
    }
    Arrays.sort(items);
    assertArrayEquals(items, popped);
    assertEquals(true, heap.isEmpty());
  }
}

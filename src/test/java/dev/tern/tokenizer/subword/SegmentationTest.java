package dev.tern.tokenizer.subword;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Unigram, WordPiece and the longest match. */
class SegmentationTest {
  private static int[] encode(SubwordModel model, String word) {
    TokenBuffer out = TokenBuffer.ids();
    byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
    model.encoder(out).encode(utf8, utf8.length);
    return out.toArray();
  }

  private static Vocabulary vocabulary(String... pieces) {
    TokenKind[] kinds = new TokenKind[pieces.length];
    Arrays.fill(kinds, TokenKind.NORMAL);
    kinds[0] = TokenKind.UNKNOWN;
    return new Vocabulary(pieces, kinds, new float[pieces.length]);
  }

  /** The best score of all segmentations, by trying them all. */
  private static double best(Vocabulary vocabulary, String text, double unknown) {
    if (text.isEmpty()) {
      return 0;
    }
    double best = Double.NEGATIVE_INFINITY;
    boolean single = false;
    for (int id = 1; id < vocabulary.size(); id++) {
      String piece = vocabulary.pieces()[id];
      if (text.startsWith(piece)) {
        single |= piece.length() == 1;
        double rest = best(vocabulary, text.substring(piece.length()), unknown);
        best = Math.max(best, vocabulary.scores()[id] + rest);
      }
    }
    return single ? best : Math.max(best, unknown + best(vocabulary, text.substring(1), unknown));
  }

  @Test
  void unigramFindsTheMostProbable() {
    Random random = new Random(11);
    Vocabulary vocabulary = vocabulary("<unk>", "a", "b", "é", "ab", "ba", "aé", "abé", "bab", "aba", "éa");
    for (int round = 0; round < 100; round++) {
      double least = 0;
      for (int id = 1; id < vocabulary.size(); id++) {
        vocabulary.scores()[id] = -random.nextFloat() * 9;
        least = Math.min(least, vocabulary.scores()[id]);
      }
      Unigram unigram = new Unigram(vocabulary, ByteTable.utf8(vocabulary.pieces()), Fallback.of(0));
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 9; i++) {
        text.append("abéx".charAt(random.nextInt(4)));
      }
      int[] ids = encode(unigram, text.toString());
      double score = text.chars().filter(c -> c == 'x').count() * (least - 10);
      for (int id : ids) {
        score += vocabulary.scores()[id];
      }
      assertEquals(best(vocabulary, text.toString(), least - 10), score, 1e-4, text.toString());
      String written =
          String.join("", Arrays.stream(ids).mapToObj(id -> id == 0 ? "x" : vocabulary.pieces()[id]).toList());
      assertEquals(text.toString().replaceAll("x+", "x"), written);
    }
  }

  @Test
  void unigramFallsBackToBytes() {
    Vocabulary vocabulary = vocabulary("<unk>", "a", "<0xC3>", "<0xA9>");
    vocabulary.kinds()[2] = TokenKind.BYTE;
    vocabulary.kinds()[3] = TokenKind.BYTE;
    Fallback bytes = new Fallback(vocabulary.byteTokens(), 0, true);
    Unigram unigram = new Unigram(vocabulary, ByteTable.utf8(vocabulary.pieces()), bytes);
    assertArrayEquals(new int[] {1, 2, 3, 0, 1}, encode(unigram, "aéxyza"));
  }

  @Test
  void wordPieceTakesTheLongestPieces() {
    Vocabulary vocabulary = vocabulary("[UNK]", "un", "##aff", "##able", "##a", "##f", "una", "é", "##é");
    WordPiece pieces = new WordPiece(vocabulary, WordPiece.Marking.CONTINUATION, 0, 10);
    // "una" is longer than "un", and then nothing fits: greed does not go back.
    assertArrayEquals(new int[] {0}, encode(pieces, "unable"));
    assertArrayEquals(new int[] {6, 5, 4}, encode(pieces, "unafa"));
    assertArrayEquals(new int[] {7, 8}, encode(pieces, "éé"));
    assertArrayEquals(new int[] {0}, encode(pieces, "unx"), "what cannot be cut up is unknown as a whole");
    assertArrayEquals(new int[] {0}, encode(pieces, "un" + "a".repeat(9)), "too long");
    assertArrayEquals(new int[0], encode(pieces, ""));
  }

  @Test
  void longestMatchIsGreedy() {
    Vocabulary vocabulary = vocabulary("<unk>", "a", "ab", "abc", "cd", "b");
    LongestMatch longest = new LongestMatch(ByteTable.utf8(vocabulary.pieces()), vocabulary.kinds(), Fallback.of(0));
    assertEquals(List.of(3, 0, 3, 0, 2), Arrays.stream(encode(longest, "abcdabcdab")).boxed().toList());
    assertArrayEquals(new int[] {0, 1}, encode(longest, "éa"));
  }

  @Test
  void trieFindsWhatWasPut() {
    Trie trie = new Trie();
    for (int i = 0; i < 5000; i++) {
      trie.put(Integer.toString(i * 7), i);
    }
    trie.put("7", 99);
    for (int i = 0; i < 5000; i++) {
      int node = 0;
      for (char c : Integer.toString(i * 7).toCharArray()) {
        node = trie.child(node, c);
      }
      assertEquals(i, trie.value(node));
    }
    assertEquals(-1, trie.child(0, 'x'));
  }
}

package dev.tern.tokenizer.subword;

import java.nio.charset.StandardCharsets;

/** Cuts a word greedily into the longest pieces, as BERT does (Devlin et al. 2019, arXiv:1810.04805). */
public final class WordPiece implements SubwordModel {
  private final Trie beginnings = new Trie();
  private final Trie continuations = new Trie();
  private final int unknown;
  private final int longestWord;

  /** How the vocabulary tells pieces apart that begin a word and such that go on with one. */
  public enum Marking {
    /** Continuations begin with {@code ##}, as published. */
    CONTINUATION("##"),
    /** Beginnings begin with U+2581, as in GGUF. */
    BEGINNING("\u2581");

    private final String mark;

    Marking(String mark) {
      this.mark = mark;
    }

    /** The text of a piece without the mark. */
    public String strip(String piece) {
      return piece.startsWith(mark) ? piece.substring(mark.length()) : piece;
    }

    public boolean begins(String piece) {
      return piece.startsWith(mark) == (this == BEGINNING);
    }
  }

  /**
   * A model whose words of more than {@code longestWord} characters, and those that cannot be cut up, become {@code
   * unknown}.
   */
  public WordPiece(Vocabulary vocabulary, Marking marking, int unknown, int longestWord) {
    this.unknown = unknown;
    this.longestWord = longestWord;
    for (int id = 0; id < vocabulary.size(); id++) {
      String piece = vocabulary.pieces()[id];
      String text = marking.strip(piece);
      if (vocabulary.kinds()[id].isText() && !text.isEmpty()) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        (marking.begins(piece) ? beginnings : continuations).put(utf8, 0, utf8.length, id);
      }
    }
  }

  @Override
  public Encoder encoder(TokenBuffer out) {
    return new Cutter(out);
  }

  private static int characters(byte[] utf8, int length) {
    int count = 0;
    for (int i = 0; i < length; i++) {
      if ((utf8[i] & 0xc0) != 0x80) {
        count++;
      }
    }
    return count;
  }

  private final class Cutter implements Encoder {
    private final TokenBuffer out;
    private int[] ends = new int[64];
    private int[] tokens = new int[64];

    Cutter(TokenBuffer out) {
      this.out = out;
    }

    @Override
    public void encode(byte[] utf8, int length) {
      int characters = characters(utf8, length);
      if (characters > ends.length) {
        ends = new int[characters];
        tokens = new int[characters];
      }
      int count = characters > longestWord ? -1 : cut(utf8, length);
      if (count < 0) {
        out.add(unknown, 0, length);
      }
      for (int i = 0; i < count; i++) {
        out.add(tokens[i], i == 0 ? 0 : ends[i - 1], ends[i]);
      }
    }

    /** Returns the number of pieces or -1. A piece ends where a character ends, as pieces are whole characters. */
    private int cut(byte[] utf8, int length) {
      int count = 0;
      for (int at = 0; at < length; at = ends[count - 1]) {
        long match = (at == 0 ? beginnings : continuations).longest(utf8, at, length);
        if (match < 0) {
          return -1;
        }
        tokens[count] = (int) (match >>> 32);
        ends[count++] = (int) match;
      }
      return count;
    }
  }
}

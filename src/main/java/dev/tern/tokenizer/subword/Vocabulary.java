package dev.tern.tokenizer.subword;

import java.util.Arrays;

/**
 * The tokens of a model as its files give them.
 *
 * @param pieces names by id, in the writing of the format (such as {@code Ġthe} or {@code ▁the})
 * @param kinds what they are for
 * @param scores log probabilities or priorities; zeros where the format has none
 */
public record Vocabulary(String[] pieces, TokenKind[] kinds, float[] scores) {
  public int size() {
    return pieces.length;
  }

  /** The byte that a {@link TokenKind#BYTE} token named {@code <0x41>} stands for, or -1. */
  public int byteValue(int id) {
    String piece = pieces[id];
    if (kinds[id] != TokenKind.BYTE || piece.length() != 6 || !piece.startsWith("<0x") || piece.charAt(5) != '>') {
      return -1;
    }
    int high = Character.digit(piece.charAt(3), 16);
    int low = Character.digit(piece.charAt(4), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** The ids of the 256 byte tokens, -1 where there is none. */
  public int[] byteTokens() {
    int[] ids = new int[256];
    Arrays.fill(ids, -1);
    for (int id = 0; id < size(); id++) {
      int value = byteValue(id);
      if (value >= 0) {
        ids[value] = id;
      }
    }
    return ids;
  }
}

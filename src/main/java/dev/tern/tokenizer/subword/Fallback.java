package dev.tern.tokenizer.subword;

import java.util.Arrays;

/**
 * What becomes of characters that no token stands for.
 *
 * @param byteTokens by byte, the token for it or -1
 * @param unknown the token for what is not known, or -1: then such a character is left out
 * @param fuse whether neighbouring unknown characters become one unknown token
 */
public record Fallback(int[] byteTokens, int unknown, boolean fuse) {
  /** Nothing stands for an unknown character. */
  public static final Fallback NONE = of(-1);

  /** No byte tokens; neighbouring unknown characters make one token. */
  public static Fallback of(int unknown) {
    int[] none = new int[256];
    Arrays.fill(none, -1);
    return new Fallback(none, unknown, true);
  }

  /**
   * Appends the tokens for {@code text[start, end)}, one character.
   *
   * @param afterUnknown whether the character before it in the same word was unknown
   * @return whether this one is
   */
  boolean append(byte[] text, int start, int end, boolean afterUnknown, TokenBuffer out) {
    if (hasBytes(text, start, end)) {
      for (int i = start; i < end; i++) {
        out.add(byteTokens[text[i] & 0xff], i, i + 1);
      }
      return false;
    }
    if (unknown >= 0) {
      if (fuse && afterUnknown) {
        out.extend(end);
      } else {
        out.add(unknown, start, end);
      }
    }
    return unknown >= 0;
  }

  private boolean hasBytes(byte[] text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (byteTokens[text[i] & 0xff] < 0) {
        return false;
      }
    }
    return true;
  }
}

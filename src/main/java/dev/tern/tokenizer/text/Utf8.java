package dev.tern.tokenizer.text;

/** The encoding of characters as one to four bytes. */
public final class Utf8 {
  private Utf8() {}

  /** How many bytes a character takes. */
  public static int length(int codePoint) {
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }
}

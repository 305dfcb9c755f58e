package dev.tern.tokenizer.text;

/** The classes of characters that tokenizers ask for, by Unicode's general category. */
public final class CharacterClass {
  private static final int PUNCTUATION =
      1 << Character.CONNECTOR_PUNCTUATION
          | 1 << Character.DASH_PUNCTUATION
          | 1 << Character.START_PUNCTUATION
          | 1 << Character.END_PUNCTUATION
          | 1 << Character.INITIAL_QUOTE_PUNCTUATION
          | 1 << Character.FINAL_QUOTE_PUNCTUATION
          | 1 << Character.OTHER_PUNCTUATION;
  private static final int NUMBER =
      1 << Character.DECIMAL_DIGIT_NUMBER | 1 << Character.LETTER_NUMBER | 1 << Character.OTHER_NUMBER;
  private static final int SEPARATOR =
      1 << Character.SPACE_SEPARATOR | 1 << Character.LINE_SEPARATOR | 1 << Character.PARAGRAPH_SEPARATOR;

  private CharacterClass() {}

  /** Unicode's White_Space. */
  public static boolean isWhitespace(int codePoint) {
    return codePoint == ' '
        || codePoint >= '\t' && codePoint <= '\r'
        || codePoint >= 0x85 && (codePoint == 0x85 || has(SEPARATOR, codePoint));
  }

  /** Categories P. */
  public static boolean isPunctuation(int codePoint) {
    return has(PUNCTUATION, codePoint);
  }

  /** Punctuation as BERT sees it: all of ASCII that is neither letter, digit, space nor control counts too. */
  public static boolean isBertPunctuation(int codePoint) {
    return codePoint < 0x80
        ? codePoint > ' ' && codePoint < 0x7f && !Character.isLetterOrDigit(codePoint)
        : isPunctuation(codePoint);
  }

  /** Categories N. */
  public static boolean isNumber(int codePoint) {
    return has(NUMBER, codePoint);
  }

  /** Category Mn. */
  public static boolean isMark(int codePoint) {
    return Character.getType(codePoint) == Character.NON_SPACING_MARK;
  }

  /** Letters, digits, marks and connectors: what a regular expression's {@code \w} means. */
  public static boolean isWord(int codePoint) {
    return Character.isAlphabetic(codePoint)
        || Character.isDigit(codePoint)
        || has(1 << Character.CONNECTOR_PUNCTUATION, codePoint)
        || has(1 << Character.NON_SPACING_MARK | 1 << Character.ENCLOSING_MARK, codePoint)
        || has(1 << Character.COMBINING_SPACING_MARK, codePoint);
  }

  /** The blocks of Chinese characters that BERT cuts up character by character. */
  public static boolean isChinese(int c) {
    return c >= 0x4e00 && c <= 0x9fff
        || c >= 0x3400 && c <= 0x4dbf
        || c >= 0x20000 && c <= 0x2a6df
        || c >= 0x2a700 && c <= 0x2b73f
        || c >= 0x2b740 && c <= 0x2b81f
        || c >= 0x2b920 && c <= 0x2ceaf
        || c >= 0xf900 && c <= 0xfaff
        || c >= 0x2f800 && c <= 0x2fa1f;
  }

  private static boolean has(int categories, int codePoint) {
    return (categories >>> Character.getType(codePoint) & 1) != 0;
  }
}

package dev.tern.tokenizer.subword;

/** What a token of a vocabulary is for; the order is that of the codes in {@code tokenizer.ggml.token_type}. */
public enum TokenKind {
  UNDEFINED,
  NORMAL,
  /** Stands for what the vocabulary cannot express. */
  UNKNOWN,
  /** Steers the model; never part of a user's text. */
  CONTROL,
  /** Added by hand: found in the text before anything else, and is text itself. */
  USER_DEFINED,
  UNUSED,
  /** A single byte, written {@code <0x41>}. */
  BYTE;

  private static final TokenKind[] CODES = values();

  /** The kind of a GGUF code; an unknown one is {@link #UNDEFINED}. */
  public static TokenKind of(long code) {
    return code >= 0 && code < CODES.length ? CODES[(int) code] : UNDEFINED;
  }

  /** Whether the token can come out of cutting up a plain text. */
  public boolean isText() {
    return switch (this) {
      case NORMAL, USER_DEFINED, UNUSED, UNDEFINED -> true;
      case UNKNOWN, CONTROL, BYTE -> false;
    };
  }

  /** Whether the token is left out of decoded text. */
  public boolean isControl() {
    return this == CONTROL || this == UNKNOWN;
  }
}

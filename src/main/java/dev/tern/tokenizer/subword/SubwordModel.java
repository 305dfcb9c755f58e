package dev.tern.tokenizer.subword;

/** Cuts a word into tokens. Immutable. */
public interface SubwordModel {
  /** An encoder for one text, with the scratch memory that its words share. */
  Encoder encoder(TokenBuffer out);

  /** For one thread. */
  interface Encoder {
    /** Appends the tokens of {@code utf8[0, length)}, which is valid UTF-8. */
    void encode(byte[] utf8, int length);
  }

  /** Length of the UTF-8 character that begins with this byte. */
  static int characterLength(byte lead) {
    if (lead >= 0) {
      return 1;
    }
    return (lead & 0xe0) == 0xc0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : 4;
  }
}

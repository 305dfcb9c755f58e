package dev.tern.tokenizer;

/** What to do with the names of control tokens found in a text. */
public enum Special {
  /** They become the tokens they name: for text the program wrote itself, such as a rendered chat template. */
  PARSE,
  /** They are ordinary characters: for text of a user, who must not be able to forge a turn. */
  TEXT
}

package dev.tern.tokenizer;

import java.util.List;
import java.util.OptionalInt;

/**
 * Turns text into the token ids of one model and back. Immutable; may be used by many threads at once.
 *
 * <p>A lone surrogate in a text counts as U+FFFD. An id outside the vocabulary ends in an {@link
 * IndexOutOfBoundsException}.
 */
public interface Tokenizer {
  /** How the vocabulary is applied, as it is called in GGUF: {@code gpt2}, {@code llama}, {@code t5}, … */
  String kind();

  /** Number of ids; all are below it. */
  int size();

  /** The tokens of a text, nothing added. */
  int[] encode(String text, Special special);

  /**
   * The tokens of a whole prompt: special tokens are parsed and what the model wants around a text (beginning and end
   * of sequence) is added. A beginning that the text already spells out is not doubled.
   */
  int[] encodePrompt(String text);

  /** Like {@link #encode}, with the place of every token in the text. */
  List<Piece> pieces(String text, Special special);

  /** The bytes that a token stands for, possibly part of a character; empty for control tokens. */
  byte[] bytes(int id);

  /** The name of a token in the vocabulary. */
  String piece(int id);

  /** The text of a whole sequence, control tokens left out. What is no UTF-8 becomes U+FFFD. */
  String decode(int... ids);

  /** Whether a token steers the model and stands for no text. */
  boolean isControl(int id);

  /** Whether generation ends at this token; a model may have several. */
  boolean isEndOfGeneration(int id);

  /** All tokens at which generation ends, ascending. */
  int[] endOfGeneration();

  /** The token that begins a sequence. */
  OptionalInt bos();

  /** The token that ends a sequence. */
  OptionalInt eos();

  /** The token with exactly this name. */
  OptionalInt find(String piece);
}

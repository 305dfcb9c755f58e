package dev.tern.tokenizer;

/**
 * A token and the part of the text it stands for.
 *
 * @param id the token
 * @param text its name in the vocabulary
 * @param start where it begins, in bytes of the UTF-8 text; a token may begin inside a character
 * @param end where it ends, exclusive
 */
public record Piece(int id, String text, int start, int end) {}

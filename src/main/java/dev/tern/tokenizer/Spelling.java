package dev.tern.tokenizer;

import dev.tern.tokenizer.subword.ByteTable;
import dev.tern.tokenizer.subword.Vocabulary;

/**
 * The way of tokens into text.
 *
 * @param vocabulary names and kinds
 * @param bytes by id what a token stands for, empty for control tokens
 * @param leadingSpace whether a text begins with a space that was not in it
 */
record Spelling(Vocabulary vocabulary, ByteTable bytes, boolean leadingSpace) {}

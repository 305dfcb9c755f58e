package dev.tern.tokenizer;

import dev.tern.tokenizer.subword.SubwordModel;
import dev.tern.tokenizer.text.Normalizer;
import dev.tern.tokenizer.text.PreTokenizer;

/**
 * The way of a text into tokens: added tokens are found, what is between them is normalized, added tokens are found in
 * that, the rest is cut into words and these into tokens.
 */
record Stages(
    AddedTokens added, Normalizer normalizer, AddedTokens addedNormalized, PreTokenizer words, SubwordModel model) {}

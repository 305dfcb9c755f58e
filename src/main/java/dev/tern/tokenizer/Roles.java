package dev.tern.tokenizer;

import java.util.OptionalInt;

/**
 * The tokens with a part to play.
 *
 * @param bos begins a sequence
 * @param eos ends a sequence
 * @param endOfGeneration at which generation ends, ascending
 * @param prefix what is put before a prompt
 * @param suffix what is put after it
 */
record Roles(OptionalInt bos, OptionalInt eos, int[] endOfGeneration, int[] prefix, int[] suffix) {}

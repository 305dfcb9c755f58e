package dev.tern.architecture.huggingface;

/**
 * What a tensor of Hugging Face is in GGUF.
 *
 * @param name GGUF's, with its suffix where it has one
 * @param derivation how its values come about
 */
record Target(String name, Derivation derivation) {}

package dev.tern.tokenizer;

import dev.tern.checkpoint.Metadata;

/** Builds tokenizers from the files of a model. */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * From the metadata of a GGUF file.
   *
   * @throws dev.tern.error.CheckpointException if keys are missing, contradict each other, or name a kind of tokenizer
   *     or of pre-tokenizer that is not supported
   */
  public static Tokenizer from(Metadata metadata) {
    return GgufTokenizers.from(metadata);
  }
}

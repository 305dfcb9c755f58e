package dev.tern.tokenizer;

import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.GgufValue;
import dev.tern.checkpoint.Metadata;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Builds tokenizers from the files of a model. */
public final class Tokenizers {
  private Tokenizers() {}

  /** The tokenizer that comes with a checkpoint, a directory or a GGUF file. */
  public static Tokenizer of(Checkpoint checkpoint) {
    return Files.isDirectory(checkpoint.path()) ? fromDirectory(checkpoint.path()) : from(checkpoint.metadata());
  }

  /**
   * From the metadata of a GGUF file.
   *
   * @throws dev.tern.error.CheckpointException if keys are missing, contradict each other, or name a kind of tokenizer
   *     or of pre-tokenizer that is not supported
   */
  public static Tokenizer from(Metadata metadata) {
    return GgufTokenizers.from(metadata);
  }

  /**
   * From a directory in Hugging Face's layout: {@code tokenizer.json}, or else SentencePiece's {@code tokenizer.model},
   * or else BERT's {@code vocab.txt}; with what the small JSON files beside it say.
   *
   * @throws dev.tern.error.CheckpointException if none is there, or one is malformed or asks for what is not supported
   */
  public static Tokenizer fromDirectory(Path directory) {
    return HuggingFaceTokenizers.from(directory);
  }

  /**
   * The keys {@code tokenizer.*} of a GGUF file whose tokenizer does what that of a directory in Hugging Face's layout
   * does.
   *
   * @throws dev.tern.error.CheckpointException if GGUF cannot express it
   */
  public static Map<String, GgufValue> toGguf(Path directory) {
    return GgufTokenizerKeys.of(directory);
  }
}

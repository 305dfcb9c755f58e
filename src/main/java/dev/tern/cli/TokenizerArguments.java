package dev.tern.cli;

import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.Checkpoints;
import dev.tern.tokenizer.Tokenizer;
import dev.tern.tokenizer.Tokenizers;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says whose tokenizer. */
final class TokenizerArguments {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "PATH",
      description = "GGUF file or Hugging Face directory. Default: the model shipped in models/.")
  private Path path;

  Tokenizer load() {
    Path chosen = path == null ? ShippedModel.path() : path;
    try (Checkpoint checkpoint = Checkpoints.open(chosen)) {
      return Tokenizers.of(checkpoint);
    }
  }
}

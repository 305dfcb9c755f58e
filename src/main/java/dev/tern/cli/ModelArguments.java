package dev.tern.cli;

import dev.tern.Merging;
import dev.tern.Model;
import dev.tern.ModelOptions;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say which model and how it is loaded. */
final class ModelArguments {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "PATH",
      description = "GGUF file or Hugging Face directory. Default: the model shipped in models/.")
  private Path path;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads that compute. Default: one per physical core.")
  private int threads;

  @Option(
      names = {"-c", "--context"},
      paramLabel = "N",
      description = "Most tokens of a text. Default: what the model was trained for.")
  private int contextLength;

  @Option(
      names = "--activations",
      paramLabel = "auto|f32|int8",
      description =
          "Precision of activations in matrix products: f32 is exact, int8 faster. Default: ${DEFAULT-VALUE}.")
  private ModelOptions.Precision activations = ModelOptions.Precision.AUTO;

  @Option(
      names = "--attention",
      paramLabel = "POLICY",
      description =
          "How attention looks at the context: full, window:W[+sinks:S] (the last W positions, the first S) or"
              + " blocks:B,top:K[,index:mean|bounds] (the first and the own block of B positions, and the K between"
              + " that promise most). Default: ${DEFAULT-VALUE}.")
  private String attention = "full";

  @Option(
      names = "--experts",
      paramLabel = "K",
      description = "Active experts per token of a mixture of experts. Default: the model's number.")
  private int experts;

  @Option(
      names = "--no-repack",
      description = "Leaves the weights mapped in their file: starts at once, runs slower, computes the same.")
  private boolean noRepack;

  @Option(
      names = "--quantize",
      paramLabel = "TYPE",
      description = "Quantizes the weights while loading, as 'tern quantize --type TYPE' does. Default: as they are.")
  private String quantize = "";

  /** Loads the model. */
  Model load() {
    return Model.load(path(), options());
  }

  Path path() {
    return path == null ? ShippedModel.path() : path;
  }

  ModelOptions options() {
    return new ModelOptions(threads, contextLength, experts, activations, attention, !noRepack, quantize, Merging.NONE);
  }
}

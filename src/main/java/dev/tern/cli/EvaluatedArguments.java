package dev.tern.cli;

import dev.tern.architecture.BuildOptions;
import dev.tern.engine.LoadedModel;
import dev.tern.evaluate.EvaluatedModel;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.AttentionPolicy;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say which model is evaluated, and how it computes. */
final class EvaluatedArguments {
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
      names = "--attention",
      paramLabel = "POLICY",
      description =
          "How attention looks at the context: full, window:W[+sinks:S] or blocks:B,top:K[,index:mean|bounds]."
              + " Default: full.")
  private String attention = "full";

  @Option(names = "--experts", paramLabel = "K", description = "Active experts per token. Default: the model's number.")
  private int experts;

  @Option(
      names = "--activations",
      paramLabel = "f32|int8",
      description = "Precision of activations in matrix products; the reference takes f32. Default: ${DEFAULT-VALUE}.")
  private ActivationPrecision activations = ActivationPrecision.INT8;

  @Option(
      names = "--kv",
      paramLabel = "f32|f16|bf16|q8",
      description = "Number format of cached keys and values; the reference takes f32. Default: ${DEFAULT-VALUE}.")
  private KvType cache = KvType.F16;

  EvaluatedModel load() {
    return load(
        path == null ? ShippedModel.path() : path, activations, new BuildOptions(policy(attention), experts), cache);
  }

  /** A reference in exact arithmetic. */
  EvaluatedModel reference(Path reference, String attention, int experts) {
    return load(reference, ActivationPrecision.F32, new BuildOptions(policy(attention), experts), KvType.F32);
  }

  private EvaluatedModel load(Path path, ActivationPrecision precision, BuildOptions build, KvType cache) {
    try (Progress _ = Progress.start("loading " + path)) {
      return EvaluatedModel.load(path, new LoadedModel.Options(threads, 0, precision, build), new StateOptions(cache));
    }
  }

  private static AttentionPolicy policy(String text) {
    return AttentionPolicy.parse(text);
  }
}

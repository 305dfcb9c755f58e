package dev.tern.cli;

import dev.tern.architecture.BuildOptions;
import dev.tern.convert.Scheme;
import dev.tern.engine.LoadedModel;
import dev.tern.evaluate.EvaluatedModel;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.AttentionPolicy;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import dev.tern.quant.WeightForm;
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

  @Option(
      names = "--quantize",
      paramLabel = "TYPE",
      description = "Quantizes the weights while loading, as 'tern quantize --type TYPE' does. Default: as they are.")
  private Scheme quantize;

  EvaluatedModel load() {
    BuildOptions build = new BuildOptions(policy(attention), experts);
    return load(path == null ? ShippedModel.path() : path, options(activations, quantize, build), cache);
  }

  /** A reference in exact arithmetic. */
  EvaluatedModel reference(Path reference, String attention, int experts) {
    BuildOptions build = new BuildOptions(policy(attention), experts);
    return load(reference, options(ActivationPrecision.F32, null, build), KvType.F32);
  }

  private LoadedModel.Options options(ActivationPrecision precision, Scheme quantization, BuildOptions build) {
    return new LoadedModel.Options(threads, 0, precision, WeightForm.PACKED, quantization, build);
  }

  private static EvaluatedModel load(Path path, LoadedModel.Options options, KvType cache) {
    try (Progress _ = Progress.start("loading " + path)) {
      return EvaluatedModel.load(path, options, new StateOptions(cache));
    }
  }

  private static AttentionPolicy policy(String text) {
    return AttentionPolicy.parse(text);
  }
}

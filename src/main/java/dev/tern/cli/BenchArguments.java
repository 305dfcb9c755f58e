package dev.tern.cli;

import dev.tern.architecture.BuildOptions;
import dev.tern.convert.Scheme;
import dev.tern.engine.LoadedModel;
import dev.tern.evaluate.Throughput;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.AttentionPolicy;
import dev.tern.kernel.KvType;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.WeightForm;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What {@code tern bench} measures. */
final class BenchArguments {
  static final String NO_ADAPTERS = "none";

  @Option(
      names = {"-m", "--model"},
      paramLabel = "PATH",
      description = "GGUF file, Hugging Face directory or synthetic:SHAPE:TYPE. Default: the shipped model.")
  private String model;

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "LIST",
      converter = NumberList.Converter.class,
      description = "Prompt tokens run together. Default: 512.")
  private NumberList prompts = NumberList.of(512);

  @Option(
      names = {"-n", "--tokens"},
      paramLabel = "LIST",
      converter = NumberList.Converter.class,
      description = "Tokens generated one by one. Default: 128.")
  private NumberList generated = NumberList.of(128);

  @Option(
      names = {"-d", "--depth"},
      paramLabel = "LIST",
      converter = NumberList.Converter.class,
      description = "Tokens in the context before. Default: 0.")
  private NumberList depths = NumberList.of(0);

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "LIST",
      converter = NumberList.Converter.class,
      description = "Threads. Default: one per physical core.")
  private NumberList threads = NumberList.of(WorkerPool.defaultCount());

  @Option(
      names = {"-r", "--repetitions"},
      paramLabel = "N",
      description = "Repetitions after the warm-up. Default: ${DEFAULT-VALUE}.")
  private int repetitions = 5;

  @Option(
      names = "--kv",
      paramLabel = "LIST",
      split = ",",
      description = "Number formats of cached keys and values: f32, f16, bf16, q8. Default: f16.")
  private List<KvType> caches = List.of(KvType.F16);

  @Option(
      names = {"-b", "--batch"},
      paramLabel = "LIST",
      converter = NumberList.Converter.class,
      description = "Sequences at once. Default: 1.")
  private NumberList batches = NumberList.of(1);

  @Option(
      names = "--attention",
      paramLabel = "POLICY",
      split = ";",
      description =
          "How attention looks at the context: full, window:W[+sinks:S] or blocks:B,top:K[,index:mean|bounds]; a list"
              + " is separated by ';' or given repeatedly. Default: full.")
  private List<String> attentions = List.of("full");

  @Option(
      names = "--adapter",
      paramLabel = "SET",
      description =
          "Adapters in force, PATH[=WEIGHT] or several joined by ';', or none. Repeated, each set is measured.")
  private List<String> adapters = List.of(BenchArguments.NO_ADAPTERS);

  @Option(names = "--experts", paramLabel = "K", description = "Active experts per token.")
  private int experts;

  @Option(
      names = "--activations",
      paramLabel = "f32|int8",
      description = "Precision of activations in matrix products. Default: ${DEFAULT-VALUE}.")
  private ActivationPrecision activations = ActivationPrecision.INT8;

  @Option(
      names = "--no-repack",
      description = "Leaves the weights mapped in their file: starts at once, runs slower, computes the same.")
  private boolean noRepack;

  @Option(
      names = "--quantize",
      paramLabel = "TYPE",
      description = "Quantizes the weights while loading, as 'tern quantize --type TYPE' does. Default: as they are.")
  private Scheme quantize;

  String modelName() {
    return model == null ? ShippedModel.path().toString() : model;
  }

  List<Integer> threadCounts() {
    return threads.values();
  }

  List<String> attentions() {
    return attentions;
  }

  List<String> adapterSets() {
    return adapters;
  }

  LoadedModel.Options options(int threads, String attention) {
    return new LoadedModel.Options(
        threads,
        0,
        activations,
        noRepack ? WeightForm.FILE : WeightForm.PACKED,
        quantize,
        new BuildOptions(AttentionPolicy.parse(attention), experts));
  }

  List<KvType> caches() {
    return caches;
  }

  int repetitions() {
    return repetitions;
  }

  /** Prompts alone and generation alone, each at every depth and batch. */
  List<Throughput.Case> cases() {
    List<Throughput.Case> cases = new ArrayList<>();
    for (int batch : batches.values()) {
      for (int depth : depths.values()) {
        prompts.values().stream().filter(p -> p > 0).forEach(p -> cases.add(new Throughput.Case(p, 0, depth, batch)));
        generated.values().stream().filter(n -> n > 0).forEach(n -> cases.add(new Throughput.Case(0, n, depth, batch)));
      }
    }
    return cases;
  }

  /** Wrong use that the parser cannot tell. */
  void check(CommandSpec spec) {
    require(spec, repetitions >= 1, "--repetitions", repetitions);
    batches.values().forEach(batch -> require(spec, batch >= 1, "--batch", batch));
    threads.values().forEach(count -> require(spec, count >= 1, "--threads", count));
  }

  private static void require(CommandSpec spec, boolean holds, String option, int found) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(), "option '%s': expected 1 or more, found %d".formatted(option, found));
    }
  }
}

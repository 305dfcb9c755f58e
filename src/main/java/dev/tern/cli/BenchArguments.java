package dev.tern.cli;

import dev.tern.architecture.BuildOptions;
import dev.tern.engine.LoadedModel;
import dev.tern.evaluate.Throughput;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.AttentionPolicy;
import dev.tern.kernel.KvType;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.WeightForm;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@code tern bench} measures. */
final class BenchArguments {
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
      names = "--attention",
      paramLabel = "POLICY",
      description = "How attention looks at the context. Default: ${DEFAULT-VALUE}.")
  private String attention = "full";

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

  String modelName() {
    return model == null ? ShippedModel.path().toString() : model;
  }

  List<Integer> threadCounts() {
    return threads.values();
  }

  LoadedModel.Options options(int threads) {
    return new LoadedModel.Options(
        threads,
        0,
        activations,
        noRepack ? WeightForm.FILE : WeightForm.PACKED,
        new BuildOptions(AttentionPolicy.parse(attention), experts));
  }

  List<KvType> caches() {
    return caches;
  }

  int repetitions() {
    return repetitions;
  }

  /** Prompts alone and generation alone, each at every depth. */
  List<Throughput.Case> cases() {
    List<Throughput.Case> cases = new ArrayList<>();
    for (int depth : depths.values()) {
      prompts.values().stream().filter(p -> p > 0).forEach(p -> cases.add(new Throughput.Case(p, 0, depth)));
      generated.values().stream().filter(n -> n > 0).forEach(n -> cases.add(new Throughput.Case(0, n, depth)));
    }
    return cases;
  }
}

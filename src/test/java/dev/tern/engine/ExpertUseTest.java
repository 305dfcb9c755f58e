package dev.tern.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.KvType;
import dev.tern.kernel.MatrixKernels;
import dev.tern.kernel.Products;
import dev.tern.kernel.WorkerPool;
import dev.tern.layer.Linear;
import dev.tern.layer.Mixer;
import dev.tern.layer.MixtureOfExperts;
import dev.tern.layer.StateOptions;
import dev.tern.quant.Weights;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What mixtures of experts read of their weights, and what they count. */
class ExpertUseTest {
  private static final int TOKENS = 256;

  /** Kernels that note how often, and with how many rows, each matrix is multiplied. */
  private record Counting(MatrixKernels kernels, Map<Weights, Integer> reads, Map<Weights, Integer> rows)
      implements MatrixKernels {
    @Override
    public void multiply(Products products) {
      for (int i = 0; i < products.count(); i++) {
        reads.merge(products.get(i).weights, 1, Integer::sum);
        rows.merge(products.get(i).weights, products.get(i).rows, Integer::sum);
      }
      kernels.multiply(products);
    }

    @Override
    public void addTerms(Products products) {
      kernels.addTerms(products);
    }

    @Override
    public void row(Weights weights, int row, float[] out, int at) {
      kernels.row(weights, row, out, at);
    }
  }

  private static LoadedModel load(String name) {
    try (Checkpoint checkpoint = ModelCheckpoints.open(path(name))) {
      return LoadedModel.load(checkpoint, new LoadedModel.Options(2, 0, ActivationPrecision.F32, BuildOptions.DEFAULT));
    }
  }

  private static java.nio.file.Path path(String name) {
    return Shared.resource("golden/checkpoints").resolve(name).resolve("model.gguf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixtral", "olmoe", "gpt-oss", "deepseek2", "qwen3moe", "qwen35moe"})
  void eachChosenExpertIsReadOncePerPrompt(String name) {
    try (LoadedModel model = load(name)) {
      Random random = new Random(1);
      int vocabulary = model.engine().network().vocabulary();
      prefillReadsOnce(model, random.ints(TOKENS, 0, vocabulary).toArray());
      int[] skewed = new int[TOKENS]; // one token over and over: few experts get nearly all rows
      Arrays.fill(skewed, 7);
      prefillReadsOnce(model, skewed);
    }
  }

  private static void prefillReadsOnce(LoadedModel model, int[] prompt) {
    try (WorkerPool pool = new WorkerPool(2)) {
      Kernels plain = Kernels.create(pool, ActivationPrecision.F32);
      Counting counting = new Counting(plain.matrix(), new IdentityHashMap<>(), new IdentityHashMap<>());
      Kernels kernels =
          new Kernels(pool, counting, plain.vector(), plain.attention(), plain.recurrent(), plain.gating());
      Engine engine = new Engine(model.engine().network(), kernels, TOKENS);
      Map<Integer, long[]> before = model.expertCounts();
      try (Sequence sequence = engine.sequence(new StateOptions(KvType.F32))) {
        engine.prefill(sequence, prompt, false, null, Engine.Go.ALWAYS);
      }
      model.expertCounts().forEach((layer, after) -> check(model, layer, counting, before.get(layer), after));
    }
  }

  private static void check(LoadedModel model, int layer, Counting counting, long[] before, long[] after) {
    MixtureOfExperts mixture = mixture(model, layer);
    long chosen = 0;
    for (int e = 0; e < after.length; e++) {
      long count = after[e] - before[e];
      chosen += count;
      for (Linear linear : matrices(mixture, e)) {
        String what = "layer %d, expert %d: %s".formatted(layer, e, linear.name());
        assertEquals(count == 0 ? 0 : 1, counting.reads.getOrDefault(linear.weights(), 0), what);
        assertEquals(count, (long) counting.rows.getOrDefault(linear.weights(), 0), what);
      }
    }
    assertEquals((long) TOKENS * mixture.router().topK(), chosen);
  }

  private static List<Linear> matrices(MixtureOfExperts mixture, int expert) {
    return Stream.of(mixture.experts().gate(), mixture.experts().up(), mixture.experts().down())
        .filter(linears -> linears.length > 0)
        .map(linears -> linears[expert])
        .toList();
  }

  private static MixtureOfExperts mixture(LoadedModel model, int layer) {
    List<Mixer> mixers = model.engine().network().blocks().get(layer).mixers();
    return mixers.stream()
        .flatMap(m -> m instanceof MixtureOfExperts x ? Stream.of(x) : null)
        .findFirst()
        .orElseThrow();
  }

  /** Idle: layers · experts not chosen · (matrices + biases) of an expert. */
  @ParameterizedTest
  @CsvSource({
    "mixtral, 147456", // 3 · 2 · 3 · 64 · 128
    "gpt-oss, 199168", // 4 · 2 · (3 · 64 · 128 + 2 · 128 + 64)
    "deepseek2, 73728", // 2 · 6 · 3 · 64 · 32
    "llama, 0"
  })
  void parametersOfExpertsThatAreNotChosenAreNotActive(String name, long idle) {
    try (LoadedModel model = load(name);
        Checkpoint checkpoint = ModelCheckpoints.open(path(name))) {
      long all = checkpoint.tensors().stream().mapToLong(tensor -> tensor.size()).sum();
      assertEquals(all, model.parameters());
      assertEquals(all - idle, model.activeParameters());
      Inspection inspection = Inspection.of(checkpoint, BuildOptions.DEFAULT);
      assertEquals(all - idle, inspection.activeParameters());
      assertTrue(idle > 0 || model.expertCounts().isEmpty());
    }
  }
}

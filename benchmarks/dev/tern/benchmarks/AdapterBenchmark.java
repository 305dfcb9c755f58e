package dev.tern.benchmarks;

import dev.tern.adapter.BoundAdapter;
import dev.tern.architecture.BuildOptions;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.TensorType;
import dev.tern.engine.LoadedModel;
import dev.tern.engine.Sequence;
import dev.tern.engine.Step;
import dev.tern.evaluate.SyntheticModels;
import dev.tern.evaluate.SyntheticModels.Shape;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import dev.tern.layer.WeightedAdapter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What adapters of rank 16 on all projections cost a 4-bit model of TinyLlama's shape: a decoding step of one sequence,
 * or of eight with an adapter each, beside the same without; and loading one of 25 MB of BF16.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 6, time = 2)
@Measurement(iterations = 8, time = 3)
@Fork(1)
@State(Scope.Benchmark)
public class AdapterBenchmark {
  private static final Shape SHAPE = new Shape("llama", 22, 2048, 32, 4, 64, 5632, 32000, 4096);
  private static final int DEPTH = 16;

  /** Sequences that decode together. */
  @Param({"1", "8"})
  int sequences;

  /** Whether each has an adapter of its own. */
  @Param({"false", "true"})
  boolean adapted;

  private final List<BoundAdapter> adapters = new ArrayList<>();
  private final List<Sequence> texts = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private LoadedModel model;
  private Path directory;

  /** Makes the model and the adapters. */
  @Setup
  public void load() throws IOException {
    LoadedModel.Options options = new LoadedModel.Options(0, 0, ActivationPrecision.INT8, BuildOptions.DEFAULT);
    try (Checkpoint checkpoint = SyntheticModels.of("tinyllama", SHAPE, TensorType.Q4_0)) {
      model = LoadedModel.load(checkpoint, options);
    }
    directory = SyntheticAdapter.write(SHAPE, 16);
    for (int i = 0; i < sequences; i++) {
      Sequence text = model.engine().sequence(new StateOptions(KvType.F16));
      adapters.add(model.adapter(directory));
      texts.add(text);
      steps.add(new Step(text, new float[SHAPE.vocabulary()]));
    }
  }

  /** Frees all. */
  @TearDown
  public void free() throws IOException {
    texts.forEach(Sequence::close);
    adapters.forEach(BoundAdapter::close);
    model.close();
    SyntheticAdapter.delete(directory);
  }

  /** One token of each sequence. */
  @Benchmark
  public void decode() {
    for (int i = 0; i < sequences; i++) {
      Sequence text = texts.get(i);
      text.truncate(Math.min(text.length(), DEPTH));
      model.engine().adapt(text, adapted ? List.of(new WeightedAdapter(adapters.get(i), 1)) : List.of());
      steps.get(i).token(100 + i);
    }
    model.engine().decode(steps);
  }

  /** From the file to the first sequence that it is attached to. */
  @Benchmark
  public void attach() {
    try (BoundAdapter adapter = model.adapter(directory)) {
      model.engine().adapt(texts.getFirst(), List.of(new WeightedAdapter(adapter, 1)));
      model.engine().adapt(texts.getFirst(), List.of());
    }
  }
}

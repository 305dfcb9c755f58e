package dev.tern.benchmarks;

import dev.tern.architecture.BuildOptions;
import dev.tern.engine.Engine;
import dev.tern.engine.LoadedModel;
import dev.tern.engine.Sequence;
import dev.tern.engine.Step;
import dev.tern.evaluate.SyntheticCheckpoint;
import dev.tern.evaluate.SyntheticModels;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * One next token of a whole model of a published shape. {@code bytes} are those of the weights that a token reads, in
 * GB/s, to be held against {@link ReadBandwidthBenchmark}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
@State(Scope.Benchmark)
public class DecodeBenchmark {
  /** Bytes of weights read. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Counter {
    /** Reported by JMH under its name. */
    public long bytes;
  }

  @Param({"tinyllama:q4_0", "tinyllama:q4_k", "tinyllama:q8_0"})
  String model;

  @Param({"128", "2048"})
  int context;

  @Param("2")
  int threads;

  @Param("F16")
  KvType cache;

  private LoadedModel loaded;
  private Sequence sequence;
  private Step step;
  private long bytesPerToken;

  @Setup
  public void load() {
    try (SyntheticCheckpoint checkpoint = SyntheticModels.open(SyntheticModels.PREFIX + model)) {
      loaded =
          LoadedModel.load(
              checkpoint, new LoadedModel.Options(threads, 0, ActivationPrecision.INT8, BuildOptions.DEFAULT));
    }
    Engine engine = loaded.engine();
    bytesPerToken = loaded.weightBytes() - engine.network().embedding().tokens().bytes();
    sequence = engine.sequence(new StateOptions(cache));
    engine.prefill(sequence, new int[context], false, null, Engine.Go.ALWAYS);
    step = new Step(sequence, new float[engine.network().vocabulary()]);
  }

  @Benchmark
  public float token(Counter counter) {
    if (sequence.length() > context + 128) {
      sequence.truncate(context);
    }
    loaded.engine().decode(step.token(1 + sequence.length() % 100));
    counter.bytes += bytesPerToken;
    return step.logits()[0];
  }

  @TearDown
  public void close() {
    sequence.close();
    loaded.close();
  }
}

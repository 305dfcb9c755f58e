package dev.tern.benchmarks;

import dev.tern.kernel.simd.MachinePeaks;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Peak rate of f32 fused multiply-adds: what bounds prefill. The figure to read is {@code operations}, in GFLOP/s over
 * all threads ({@code -t N}).
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class MultiplyAddBenchmark {
  private static final int ROUNDS = 10_000;

  /** The two factors. */
  @State(Scope.Thread)
  public static class Operands {
    private final float[] values = new float[MachinePeaks.OPERANDS];

    /** Small factors: the sums stay finite and normal. */
    public Operands() {
      Arrays.fill(values, 0.5f);
    }
  }

  /** Operations done. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Counter {
    /** Reported by JMH under its name. */
    public long operations;
  }

  /** Independent chains of multiply-adds in registers. */
  @Benchmark
  public float multiplyAdd(Operands operands, Counter counter) {
    counter.operations += MachinePeaks.operations(ROUNDS);
    return MachinePeaks.multiplyAdd(operands.values, ROUNDS);
  }
}

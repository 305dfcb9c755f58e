package dev.tern.benchmarks;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.KernelRuntime;
import dev.tern.kernel.WorkerPool;
import dev.tern.kernel.simd.SimdMatrix;
import dev.tern.quant.Layout;
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
 * The matrices of a Llama model, nothing else. The figures to read are {@code bytes}, GB/s of weights, to be held
 * against {@link ReadBandwidthBenchmark} when decoding, and {@code operations}, GFLOP/s, to be held against {@link
 * MultiplyAddBenchmark} in prefill. {@link MatrixRates} does both in one run.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@State(Scope.Benchmark)
public class MatrixBenchmark {
  private static final int WARM_UP_STEPS = 60;

  /** Work done. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Counter {
    /** Reported by JMH under its name. */
    public long bytes;

    /** Reported by JMH under its name. */
    public long operations;
  }

  @Param({"F32", "F16", "BF16", "Q4", "Q4_K", "Q4_K16", "Q8", "Q8_MIN", "Q8_K", "Q8_K16"})
  Layout layout;

  /** Width of the residual stream × of the hidden layer: of models with 1.1, 0.3 and 3 thousand million weights. */
  @Param({"2048x5632", "1024x2816", "3072x8192"})
  String shape;

  @Param("INT8")
  ActivationPrecision precision;

  /** Rows of activations: decoding of so many sequences, or a prefill from 32 on. */
  @Param({"1", "4", "8", "64", "512"})
  int rows;

  @Param("256")
  int megabytes;

  /** Whether all layouts have run before, as in a process that served several models. */
  @Param({"true", "false"})
  boolean polluted;

  private WorkerPool pool;
  private SimdMatrix kernels;
  private LlamaMatrices matrices;

  /** Makes the matrices. */
  @Setup
  public void prepare() {
    KernelRuntime.prepare();
    pool = WorkerPool.ofDefaultSize();
    kernels = new SimdMatrix(pool, precision);
    if (polluted) {
      pollute();
    }
    String[] widths = shape.split("x");
    matrices =
        LlamaMatrices.ofSize(
            layout, rows >= 32 ? 1 : megabytes * 1_000_000L, Integer.parseInt(widths[0]), Integer.parseInt(widths[1]));
  }

  private void pollute() {
    for (Layout each : Layout.values()) {
      try (LlamaMatrices small = new LlamaMatrices(each, 1, 256, 512)) {
        for (int i = 0; i < WARM_UP_STEPS; i++) {
          small.multiply(kernels, i % 9 + 1, i % 2 == 0);
        }
      }
    }
  }

  /** Frees the matrices and ends the threads. */
  @TearDown
  public void stop() {
    matrices.close();
    pool.close();
  }

  /** One step through all matrices. */
  @Benchmark
  public void multiply(Counter counter) {
    matrices.multiply(kernels, rows, rows < 32);
    counter.bytes += matrices.bytes();
    counter.operations += 2 * rows * matrices.values();
  }
}

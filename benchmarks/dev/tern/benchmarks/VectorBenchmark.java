package dev.tern.benchmarks;

import dev.tern.kernel.Activation;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.VectorKernels;
import dev.tern.kernel.WorkerPool;
import dev.tern.tensor.Activations;
import java.util.Arrays;
import java.util.Random;
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
 * Row operations. The figure to read is {@code bytes}: GB/s of activations read and written, to be held against {@link
 * ReadBandwidthBenchmark}. One row is a decoding step in the first cache, 512 rows are a prefill that is not in it.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Benchmark)
public class VectorBenchmark {
  private static final int HEAD_WIDTH = 64;
  private static final int WARM_UP_ROUNDS = 2000;

  /** The operations, with the activations that each reads and writes. */
  public enum Operation {
    RMS_NORM(2),
    LAYER_NORM(2),
    ADD(3),
    GATE_SILU(3),
    GATE_GELU(3),
    GATE_GELU_TANH(3),
    SOFT_CAP(2),
    ROPE(2),
    ROPE_INTERLEAVED(2),
    SOFTMAX(2);

    private final int passes;

    Operation(int passes) {
      this.passes = passes;
    }
  }

  /** Bytes of activations. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Counter {
    /** Reported by JMH under its name. */
    public long bytes;
  }

  @Param Operation operation;

  @Param({"1", "512"})
  int rows;

  @Param("2048")
  int width;

  /** Whether all operations have run before, as in a real model: their loops share code, and HotSpot its profile. */
  @Param({"true", "false"})
  boolean polluted;

  private WorkerPool pool;
  private VectorKernels kernels;
  private Activations x;
  private Activations y;
  private Activations out;
  private Activations angles;
  private float[] weight;

  /** Fills activations with numbers of ordinary size. */
  @Setup
  public void prepare() {
    pool = WorkerPool.ofDefaultSize();
    kernels = Kernels.create(pool, ActivationPrecision.F32).vector();
    x = random(rows, width);
    y = random(rows, width);
    out = random(rows, width);
    angles = Activations.of(rows, HEAD_WIDTH);
    Arrays.fill(angles.data(), (float) Math.sqrt(0.5)); // keeps the sizes of what is rotated again and again
    weight = new float[width];
    Arrays.fill(weight, 1);
    for (int i = 0; polluted && i < WARM_UP_ROUNDS / rows + 1; i++) {
      for (Operation each : Operation.values()) {
        run(each);
      }
    }
  }

  private static Activations random(int rows, int width) {
    Random random = new Random(1);
    Activations activations = Activations.of(rows, width);
    for (int i = 0; i < rows * width; i++) {
      activations.data()[i] = (float) random.nextGaussian();
    }
    return activations;
  }

  /** Ends the threads. */
  @TearDown
  public void stop() {
    pool.close();
  }

  /** The chosen operation. */
  @Benchmark
  public void run(Counter counter) {
    run(operation);
    counter.bytes += (long) operation.passes * rows * width * Float.BYTES;
  }

  private void run(Operation chosen) {
    switch (chosen) {
      case RMS_NORM -> kernels.rmsNorm(x, weight, 1e-6f, out);
      case LAYER_NORM -> kernels.layerNorm(x, weight, weight, 1e-6f, out);
      case ADD -> kernels.add(out, y, 1e-9f);
      case GATE_SILU -> kernels.gate(Activation.SILU, x, y, out);
      case GATE_GELU -> kernels.gate(Activation.GELU, x, y, out);
      case GATE_GELU_TANH -> kernels.gate(Activation.GELU_TANH, x, y, out);
      case SOFT_CAP -> kernels.softCap(out, 30);
      case ROPE -> kernels.rope(out, width / HEAD_WIDTH, angles, false);
      case ROPE_INTERLEAVED -> kernels.rope(out, width / HEAD_WIDTH, angles, true);
      case SOFTMAX -> softmax();
    }
  }

  private void softmax() {
    for (int row = 0; row < rows; row++) {
      kernels.softmax(out.data(), out.offset(row), width);
    }
  }
}

package dev.tern.benchmarks;

import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.quant.Packing;
import dev.tern.quant.Weights;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
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
 * Packing a matrix of each file type into its compute layout, on all cores: {@code megabytes} of the file per second.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Benchmark)
public class LoadingBenchmark {
  private static final int ROWS = 2048;
  private static final int COLS = 4096;

  /** What was packed. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Counter {
    /** Reported by JMH under its name. */
    public double megabytes;
  }

  @Param({
    "F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ1_S",
    "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ4_NL", "IQ4_XS", "TQ1_0", "TQ2_0", "MXFP4", "NVFP4"
  })
  TensorType type;

  private Arena arena;
  private TensorView tensor;

  @Setup
  public void fill() {
    arena = Arena.ofShared();
    byte[] bytes = new byte[Math.toIntExact(type.bytes((long) ROWS * COLS))];
    new Random(1).nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] &= (byte) 0xbb; // no exponent of ones: all values are finite
    }
    MemorySegment data = arena.allocate(bytes.length, NativeMemory.ALIGNMENT);
    data.copyFrom(MemorySegment.ofArray(bytes));
    tensor = new TensorView("random", type, List.of((long) ROWS, (long) COLS), data);
  }

  @Benchmark
  public Weights pack(Counter counter) {
    try (NativeMemory memory = new NativeMemory()) {
      Weights weights = Packing.pack(tensor, memory);
      counter.megabytes += tensor.data().byteSize() / 1e6;
      return weights;
    }
  }

  @TearDown
  public void close() {
    arena.close();
  }
}

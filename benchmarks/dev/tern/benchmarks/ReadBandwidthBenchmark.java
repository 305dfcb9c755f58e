package dev.tern.benchmarks;

import dev.tern.kernel.simd.MachinePeaks;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
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
 * How fast memory can be read: what bounds decoding. The figure to read is {@code bytes}, in GB/s over all threads
 * ({@code -t N}); every thread streams memory of its own.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class ReadBandwidthBenchmark {

  /** Memory of one thread. */
  @State(Scope.Thread)
  public static class Stream {
    /** Mebibytes per thread: well beyond any cache. */
    @Param("256")
    int mebibytes;

    private NativeMemory memory;
    private MemorySegment data;

    /** Writes every page, so that none is the shared page of zeros. */
    @Setup
    public void allocate() {
      memory = new NativeMemory();
      data = memory.allocate((long) mebibytes << 20);
      data.fill((byte) 1);
    }

    /** Frees the memory. */
    @TearDown
    public void free() {
      memory.close();
    }
  }

  /** Bytes read. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Counter {
    /** Reported by JMH under its name. */
    public long bytes;
  }

  /** One pass over the memory. */
  @Benchmark
  public long read(Stream stream, Counter counter) {
    long size = stream.data.byteSize();
    counter.bytes += size;
    return MachinePeaks.read(stream.data, 0, size);
  }
}

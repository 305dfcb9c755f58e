package dev.tern.kernel;

import dev.tern.error.TernException;
import dev.tern.kernel.simd.MachinePeaks;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What bounds every kernel on this machine, measured with loops that do nothing else: decoding reads all weights per
 * token, prefill multiplies and adds.
 *
 * @param threads that worked at once
 * @param vectorBits width of the vectors
 * @param readBytesPerSecond from memory beyond the caches, the best of some passes
 * @param flopsPerSecond of f32 fused multiply-adds, counted as two, the best of some rounds
 */
public record MachineSpeed(int threads, int vectorBits, double readBytesPerSecond, double flopsPerSecond) {
  private static final long MEMORY_BYTES = 256L << 20;

  /** Part of the memory that stays in a cache: small calls make HotSpot compile the loop. */
  private static final int WARM_UP_BYTES = 4096;

  private static final int WARM_UP_ROUNDS = 32;
  private static final int ROUNDS = 20_000;
  private static final long WARM_UP_NANOS = 200_000_000;
  private static final long MEASURE_NANOS = 400_000_000;

  /** Keeps results from being optimized away. */
  private static volatile double sink;

  /**
   * Measures for about 1.5 seconds with all workers of a pool.
   *
   * @throws TernException in a JVM without vectors
   */
  public static MachineSpeed measure(WorkerPool workers) {
    if (!KernelRuntime.useVectors()) {
      throw new TernException(
          "the speed of the machine is measured with the Vector API, which this JVM does not offer or is told not to"
              + " use");
    }
    return new MachineSpeed(
        workers.count(), MachinePeaks.vectorBits(), readBytesPerSecond(workers), flopsPerSecond(workers));
  }

  private static double readBytesPerSecond(WorkerPool workers) {
    int blocks = (int) (MEMORY_BYTES / MachinePeaks.READ_BLOCK);
    try (NativeMemory memory = new NativeMemory()) {
      MemorySegment data = memory.allocate(MEMORY_BYTES);
      // Writing every page makes it real: before, all are one page of zeros that stays in the cache.
      workers.run(blocks, (from, to, _) -> bytes(data, from, to).fill((byte) 1));
      repeat(WARM_UP_NANOS, () -> sink = MachinePeaks.read(data, 0, WARM_UP_BYTES));
      double seconds =
          repeat(MEASURE_NANOS, () -> workers.run(blocks, (from, to, _) -> sink = read(bytes(data, from, to))));
      return MEMORY_BYTES / seconds;
    }
  }

  private static MemorySegment bytes(MemorySegment data, int fromBlock, int toBlock) {
    long size = MachinePeaks.READ_BLOCK;
    return data.asSlice(fromBlock * size, (toBlock - fromBlock) * size);
  }

  private static long read(MemorySegment data) {
    return MachinePeaks.read(data, 0, data.byteSize());
  }

  private static double flopsPerSecond(WorkerPool workers) {
    float[] operands = new float[MachinePeaks.OPERANDS];
    Arrays.fill(operands, 0.5f); // sums stay finite and normal
    repeat(WARM_UP_NANOS, () -> sink = MachinePeaks.multiplyAdd(operands, WARM_UP_ROUNDS));
    double seconds =
        repeat(
            MEASURE_NANOS,
            () -> workers.run(workers.count(), (_, _, _) -> sink = MachinePeaks.multiplyAdd(operands, ROUNDS)));
    return workers.count() * MachinePeaks.operations(ROUNDS) / seconds;
  }

  /** Seconds of the fastest of all runs within the time. */
  private static double repeat(long nanos, Runnable run) {
    long start = System.nanoTime();
    long best = Long.MAX_VALUE;
    for (long begin = start; begin - start < nanos; begin = System.nanoTime()) {
      run.run();
      best = Math.min(best, System.nanoTime() - begin);
    }
    return best * 1e-9;
  }
}

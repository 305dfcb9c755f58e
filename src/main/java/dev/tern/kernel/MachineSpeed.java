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
  private static final long MEMORY_BYTES = 1L << 30;

  /** Many short calls: HotSpot replaces a method between two calls, so one long call would stay interpreted. */
  private static final long BYTES_PER_CALL = 64L << 10;

  private static final int ROUNDS_PER_CALL = 1000;
  private static final int CALLS = 20;

  /** A measurement ends when it has not become faster for this long. */
  private static final long STEADY_NANOS = 400_000_000;

  private static final long MOST_NANOS = 4_000_000_000L;

  /** Loops below these rates per nanosecond are still interpreted: the slowest processor with vectors does more. */
  private static final double INTERPRETED_BYTES = 1;

  private static final double INTERPRETED_FLOPS = 2;
  private static final double FASTER = 0.97;

  /** Keeps results from being optimized away. */
  private static volatile double sink;

  /**
   * Measures for a second or two with all workers of a pool.
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
    int calls = (int) (MEMORY_BYTES / BYTES_PER_CALL);
    try (NativeMemory memory = NativeMemory.expecting(MEMORY_BYTES)) {
      MemorySegment data = memory.allocate(MEMORY_BYTES);
      // Writing every page makes it real: before, all are one page of zeros that stays in the cache.
      workers.run(calls, (from, to, _) -> fill(data, from, to));
      warmUp(BYTES_PER_CALL / INTERPRETED_BYTES, () -> sink = read(data, 0, 1));
      return MEMORY_BYTES / best(() -> workers.run(calls, (from, to, _) -> sink = read(data, from, to)));
    }
  }

  private static void fill(MemorySegment data, int fromCall, int toCall) {
    data.asSlice(fromCall * BYTES_PER_CALL, (toCall - fromCall) * BYTES_PER_CALL).fill((byte) 1);
  }

  private static long read(MemorySegment data, int fromCall, int toCall) {
    long sum = 0;
    for (int call = fromCall; call < toCall; call++) {
      sum += MachinePeaks.read(data, call * BYTES_PER_CALL, (call + 1) * BYTES_PER_CALL);
    }
    return sum;
  }

  private static double flopsPerSecond(WorkerPool workers) {
    float[] operands = new float[MachinePeaks.OPERANDS];
    Arrays.fill(operands, 0.5f); // sums stay finite and normal
    double operations = MachinePeaks.operations(ROUNDS_PER_CALL);
    warmUp(operations / INTERPRETED_FLOPS, () -> sink = MachinePeaks.multiplyAdd(operands, ROUNDS_PER_CALL));
    double seconds = best(() -> workers.run(workers.count(), (_, _, _) -> sink = multiplyAdd(operands)));
    return workers.count() * CALLS * operations / seconds;
  }

  private static float multiplyAdd(float[] operands) {
    float sum = 0;
    for (int call = 0; call < CALLS; call++) {
      sum += MachinePeaks.multiplyAdd(operands, ROUNDS_PER_CALL);
    }
    return sum;
  }

  /** Repeats a call until it takes less than {@code nanos}, or for too long. */
  private static void warmUp(double nanos, Runnable call) {
    long start = System.nanoTime();
    long begin;
    do {
      begin = System.nanoTime();
      call.run();
    } while (System.nanoTime() - begin > nanos && begin - start < MOST_NANOS);
  }

  /** Seconds of the fastest run. */
  private static double best(Runnable run) {
    long start = System.nanoTime();
    long best = Long.MAX_VALUE;
    long faster = start;
    for (long begin = start; begin - faster < STEADY_NANOS && begin - start < MOST_NANOS; ) {
      run.run();
      long end = System.nanoTime();
      if (end - begin < FASTER * best) {
        faster = end;
      }
      best = Math.min(best, end - begin);
      begin = end;
    }
    return best * 1e-9;
  }
}

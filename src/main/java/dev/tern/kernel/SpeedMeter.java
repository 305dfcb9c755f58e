package dev.tern.kernel;

import dev.tern.error.TernException;
import dev.tern.kernel.simd.MachinePeaks;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Measures the machine as often as asked. A host that others share gives more memory bandwidth at one moment than at
 * the next: what a kernel reached counts against what the machine gave at the time.
 */
public final class SpeedMeter implements AutoCloseable {
  /** Beyond the caches. */
  private static final long MEMORY_BYTES = 512L << 20;

  /** Many short calls: HotSpot replaces a method between two calls, so one long call would stay interpreted. */
  private static final long BYTES_PER_CALL = 64L << 10;

  private static final int READ_CALLS = (int) (MEMORY_BYTES / BYTES_PER_CALL);
  private static final int ROUNDS_PER_CALL = 1000;
  private static final int CALLS = 20;

  /** A measurement ends when it has not become faster for this long. */
  private static final long STEADY_NANOS = 150_000_000;

  private static final long MOST_NANOS = 4_000_000_000L;

  /** Loops below these rates per nanosecond are still interpreted: the slowest processor with vectors does more. */
  private static final double INTERPRETED_BYTES = 1;

  private static final double INTERPRETED_FLOPS = 2;
  private static final double FASTER = 0.97;

  /** Keeps results from being optimized away. */
  private static volatile double sink;

  private final WorkerPool workers;
  private final NativeMemory memory;
  private final MemorySegment data;
  private final float[] operands = new float[MachinePeaks.OPERANDS];

  /**
   * Warms up for a second.
   *
   * @throws TernException in a JVM without vectors
   */
  public SpeedMeter(int threads) {
    if (!KernelRuntime.useVectors()) {
      throw new TernException(
          "the speed of the machine is measured with the Vector API, which this JVM does not offer or is told not to"
              + " use");
    }
    workers = new WorkerPool(threads);
    memory = NativeMemory.expecting(MEMORY_BYTES);
    data = memory.allocate(MEMORY_BYTES);
    // Writing every page makes it real: before, all are one page of zeros that stays in the cache.
    workers.run(READ_CALLS, (from, to, _) -> fill(from, to));
    Arrays.fill(operands, 0.5f); // sums stay finite and normal
    warmUp(BYTES_PER_CALL / INTERPRETED_BYTES, () -> sink = read(0, 1));
    double operations = MachinePeaks.operations(ROUNDS_PER_CALL);
    warmUp(operations / INTERPRETED_FLOPS, () -> sink = MachinePeaks.multiplyAdd(operands, ROUNDS_PER_CALL));
  }

  /** Measures once. */
  public static MachineSpeed measure(int threads) {
    try (SpeedMeter meter = new SpeedMeter(threads)) {
      return meter.measure();
    }
  }

  public int threads() {
    return workers.count();
  }

  /** What the machine gives now: the best of the passes of some tenths of a second. */
  public MachineSpeed measure() {
    return new MachineSpeed(workers.count(), MachinePeaks.vectorBits(), readBytesPerSecond(), flopsPerSecond());
  }

  private void fill(int fromCall, int toCall) {
    data.asSlice(fromCall * BYTES_PER_CALL, (toCall - fromCall) * BYTES_PER_CALL).fill((byte) 1);
  }

  private double readBytesPerSecond() {
    return MEMORY_BYTES / best(() -> workers.run(READ_CALLS, (from, to, _) -> sink = read(from, to)));
  }

  private long read(int fromCall, int toCall) {
    long sum = 0;
    for (int call = fromCall; call < toCall; call++) {
      sum += MachinePeaks.read(data, call * BYTES_PER_CALL, (call + 1) * BYTES_PER_CALL);
    }
    return sum;
  }

  private double flopsPerSecond() {
    double operations = workers.count() * CALLS * (double) MachinePeaks.operations(ROUNDS_PER_CALL);
    return operations / best(() -> workers.run(workers.count(), (_, _, _) -> sink = multiplyAdd()));
  }

  private float multiplyAdd() {
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

  @Override
  public void close() {
    workers.close();
    memory.close();
  }
}

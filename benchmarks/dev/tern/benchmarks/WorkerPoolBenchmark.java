package dev.tern.benchmarks;

import dev.tern.kernel.WorkerPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
 * What a parallel operation costs besides its work. Sampled, because a machine that does other things too shows in the
 * upper percentiles first. Decoding a token takes some hundred runs.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Benchmark)
public class WorkerPoolBenchmark {
  private final AtomicInteger begun = new AtomicInteger();

  /** Workers; 0 for the default. */
  @Param({"0", "1"})
  int workers;

  private WorkerPool pool;

  /** Starts the threads. */
  @Setup
  public void start() {
    pool = workers == 0 ? WorkerPool.ofDefaultSize() : new WorkerPool(workers);
  }

  /** Ends the threads. */
  @TearDown
  public void stop() {
    pool.close();
  }

  /** All workers begin and end; an empty task the caller would have done before they begin. */
  @Benchmark
  public void run() {
    begun.set(0);
    pool.run(pool.count(), this::meet);
  }

  private void meet(int from, int to, int worker) {
    begun.incrementAndGet();
    while (worker == 0 && begun.get() < pool.count()) {
      Thread.onSpinWait();
    }
  }
}

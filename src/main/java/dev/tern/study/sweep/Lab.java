package dev.tern.study.sweep;

import dev.tern.evaluate.WarmUp;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.KernelRuntime;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.MachineSpeed;
import dev.tern.kernel.SpeedMeter;
import dev.tern.kernel.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Where a job is measured: the workers, what the machine can do, and how often to look. */
public final class Lab implements AutoCloseable {
  /** Iterations end early when they took this long, but not before there are {@link #FEWEST}. */
  private static final double MOST_SECONDS = 12;

  private static final int FEWEST = 2;
  private static final WarmUp WARM_UP = new WarmUp(3, 0.2, 8);

  /** When the same code has been warmed up at another point. */
  private static final WarmUp SHORT_WARM_UP = new WarmUp(3, 0.05, 4);

  private final WorkerPool workers;
  private final Kernels kernels;
  private final MachineSpeed speed;
  private final Job job;
  private final String id;
  private final Consumer<Measurement> out;
  private boolean settled;

  /** Measures the machine first. */
  Lab(Job job, Consumer<Measurement> out) {
    KernelRuntime.prepare();
    this.job = job;
    this.out = out;
    id = job.id();
    workers = new WorkerPool(job.threads() == 0 ? WorkerPool.defaultCount() : job.threads());
    kernels = Kernels.create(workers, ActivationPrecision.INT8);
    speed = SpeedMeter.measure(workers.count());
  }

  WorkerPool workers() {
    return workers;
  }

  Kernels kernels() {
    return kernels;
  }

  MachineSpeed speed() {
    return speed;
  }

  /** Starts the description of a point of the current job. */
  Point point(String suite, String series, String phase) {
    return new Point(this, suite, series, phase);
  }

  Job job() {
    return job;
  }

  String jobId() {
    return id;
  }

  void emit(Measurement measurement) {
    out.accept(measurement);
  }

  /** Runs until times have settled. */
  void warmUp(DoubleSupplier run) {
    settled = WARM_UP.settle(run, () -> true);
  }

  /** Whether the last warm-up ended because times had settled, and not because it took too long. */
  boolean settled() {
    return settled;
  }

  /** The results of the iterations. */
  <T> List<T> iterate(Supplier<T> run) {
    List<T> results = new ArrayList<>();
    long start = System.nanoTime();
    while (results.size() < job.iterations()
        && (results.size() < FEWEST || System.nanoTime() - start < MOST_SECONDS * 1e9)) {
      results.add(run.get());
    }
    return results;
  }

  /**
   * After a warm-up, the seconds of the iterations.
   *
   * @param first whether the code has not run before
   */
  double[] sample(DoubleSupplier run, boolean first) {
    settled = (first ? WARM_UP : SHORT_WARM_UP).settle(run, () -> true);
    return iterate(run::getAsDouble).stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Seconds of one step, the mean over as many as fill {@code least} seconds. */
  static double perStep(Runnable step, double least) {
    long start = System.nanoTime();
    int steps = 0;
    double seconds;
    do {
      step.run();
      steps++;
      seconds = (System.nanoTime() - start) / 1e9;
    } while (seconds < least);
    return seconds / steps;
  }

  /** Seconds of one run. */
  static double seconds(Runnable run) {
    long start = System.nanoTime();
    run.run();
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    workers.close();
  }
}

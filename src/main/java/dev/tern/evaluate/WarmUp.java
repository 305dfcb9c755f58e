package dev.tern.evaluate;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/**
 * Repeats something until its times stop falling. HotSpot compiles hot methods in the background, in several stages, so
 * the first runs measure the compiler, and equal times in a row may be but a stage of it: runs are judged in windows of
 * some time, and a window in which the compiler was busy does not count.
 *
 * @param windows that must be no faster than those before, and quiet, in a row
 * @param windowSeconds least time of a window, which has one run at least
 * @param mostSeconds after which it ends, settled or not
 * @param clock tells seconds
 */
public record WarmUp(int windows, double windowSeconds, double mostSeconds, DoubleSupplier clock) {
  public static final WarmUp DEFAULT = new WarmUp(3, 0.3, 20);

  /** A window is faster when its best run is, by this factor. */
  private static final double FASTER = 0.97;

  /** Share of a window's time that the compiler may work. */
  private static final double QUIET = 0.1;

  public WarmUp(int windows, double windowSeconds, double mostSeconds) {
    this(windows, windowSeconds, mostSeconds, () -> System.nanoTime() / 1e9);
  }

  /**
   * Runs until the times have settled.
   *
   * @param run gives its seconds, or those of a part
   * @param go asked before each run
   * @return whether they have settled; false when time or {@code go} ended it
   */
  public boolean settle(DoubleSupplier run, BooleanSupplier go) {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    double best = Double.POSITIVE_INFINITY;
    double start = clock.getAsDouble();
    int steady = 0;
    while (clock.getAsDouble() - start < mostSeconds && go.getAsBoolean()) {
      long compiled = compilerMillis(compiler);
      double opened = clock.getAsDouble();
      double fastest = run.getAsDouble();
      while (clock.getAsDouble() - opened < windowSeconds && go.getAsBoolean()) {
        fastest = Math.min(fastest, run.getAsDouble());
      }
      double busy = (compilerMillis(compiler) - compiled) / 1e3;
      boolean quiet = busy < QUIET * (clock.getAsDouble() - opened);
      steady = quiet && fastest > FASTER * best ? steady + 1 : 0;
      if (steady == windows) {
        return true;
      }
      best = Math.min(best, fastest);
    }
    return false;
  }

  private static long compilerMillis(CompilationMXBean compiler) {
    return compiler == null || !compiler.isCompilationTimeMonitoringSupported()
        ? 0
        : compiler.getTotalCompilationTime();
  }
}

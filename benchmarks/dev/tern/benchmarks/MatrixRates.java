package dev.tern.benchmarks;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.KernelRuntime;
import dev.tern.kernel.MatrixKernels;
import dev.tern.kernel.WorkerPool;
import dev.tern.kernel.simd.MachinePeaks;
import dev.tern.kernel.simd.SimdMatrix;
import dev.tern.quant.Layout;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Rates of the matrix kernels as fractions of what this machine does in the same run: decoding against plain reads of
 * the same bytes, prefill against multiply-adds in registers. Kernel and peak take turns, so that whatever else the
 * machine does slows both; the fraction is the median of the turns. All layouts run before the first is measured, as in
 * a process that has served several models: kernels that have seen one layout only may look better than they are.
 *
 * <p>Arguments: number of threads, and a pattern of the rows to measure, such as {@code Q4.*decode.*}.
 */
public final class MatrixRates {
  private static final int[] DECODE_ROWS = {1, 2, 4, 8};
  private static final int PREFILL_TOKENS = 512;
  private static final int TURNS = Integer.getInteger("turns", 11);
  private static final int ROUNDS = 200_000;

  private final WorkerPool pool;
  private final Pattern pattern;
  private final float[] operands = new float[MachinePeaks.OPERANDS];
  private volatile double sink;

  private MatrixRates(WorkerPool pool, Pattern pattern) {
    this.pool = pool;
    this.pattern = pattern;
    Arrays.fill(operands, 0.5f);
  }

  /** Prints a table. */
  public static void main(String[] args) {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : WorkerPool.defaultCount();
    KernelRuntime.prepare();
    Pattern pattern = Pattern.compile(args.length > 1 ? args[1] : ".*");
    try (WorkerPool pool = new WorkerPool(threads)) {
      MatrixRates rates = new MatrixRates(pool, pattern);
      for (Layout layout : Layout.values()) {
        rates.warmUp(layout);
      }
      System.out.println("| layout | activations | operation | best | fraction of peak | best peak |");
      System.out.println("|---|---|---|---|---|---|");
      for (Layout layout : Layout.values()) {
        rates.measure(layout);
      }
    }
  }

  private void warmUp(Layout layout) {
    try (LlamaMatrices matrices = new LlamaMatrices(layout, 1, 256, 512)) {
      for (ActivationPrecision precision : ActivationPrecision.values()) {
        MatrixKernels kernels = new SimdMatrix(pool, precision);
        for (int i = 0; i < 60; i++) {
          matrices.multiply(kernels, i % 9 + 1, i % 2 == 0);
        }
      }
    }
  }

  private void measure(Layout layout) {
    boolean decodes = Arrays.stream(DECODE_ROWS).anyMatch(rows -> wanted(layout + " decode " + rows));
    if (!decodes && !wanted(layout + " prefill")) {
      return;
    }
    try (LlamaMatrices matrices = LlamaMatrices.ofSize(layout, 400_000_000)) {
      for (ActivationPrecision precision : ActivationPrecision.values()) {
        MatrixKernels kernels = new SimdMatrix(pool, precision);
        for (int rows : DECODE_ROWS) {
          decode(layout, precision, matrices, kernels, rows);
        }
        prefill(layout, precision, matrices, kernels);
      }
    }
  }

  private boolean wanted(String name) {
    return pattern.matcher(name).matches();
  }

  private void decode(
      Layout layout, ActivationPrecision precision, LlamaMatrices matrices, MatrixKernels kernels, int rows) {
    if (wanted(layout + " decode " + rows)) {
      String name = "%s | %s | decode, %d rows".formatted(layout, precision, rows);
      double work = matrices.bytes();
      compare(name, "GB/s", work, () -> matrices.multiply(kernels, rows, true), work, () -> matrices.read(pool));
    }
  }

  private void prefill(Layout layout, ActivationPrecision precision, LlamaMatrices matrices, MatrixKernels kernels) {
    if (wanted(layout + " prefill")) {
      String name = "%s | %s | prefill, %d tokens".formatted(layout, precision, PREFILL_TOKENS);
      double work = 2.0 * PREFILL_TOKENS * matrices.layerValues();
      double peakWork = (double) MachinePeaks.operations(ROUNDS) * pool.count();
      compare(name, "GFLOP/s", work, () -> matrices.multiplyLayer(kernels, PREFILL_TOKENS), peakWork, this::fma);
    }
  }

  private void fma() {
    pool.run(
        pool.count(),
        (from, to, worker) -> {
          for (int i = from; i < to; i++) {
            sink = MachinePeaks.multiplyAdd(operands, ROUNDS);
          }
        });
  }

  private static void compare(String name, String unit, double work, Runnable step, double peakWork, Runnable peak) {
    double[] fractions = new double[TURNS];
    double best = 0;
    double bestPeak = 0;
    for (int i = -2; i < TURNS; i++) {
      double peakRate = peakWork / seconds(peak);
      double rate = work / seconds(step);
      if (i >= 0) {
        fractions[i] = rate / peakRate;
        best = Math.max(best, rate);
        bestPeak = Math.max(bestPeak, peakRate);
      }
    }
    Arrays.sort(fractions);
    System.out.printf("| %s | %.1f %s | %.2f | %.1f |%n", name, best / 1e9, unit, fractions[TURNS / 2], bestPeak / 1e9);
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }
}

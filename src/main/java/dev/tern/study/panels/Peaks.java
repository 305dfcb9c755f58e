package dev.tern.study.panels;

import dev.tern.evaluate.Statistics;
import java.util.Arrays;

/**
 * What the machine does at best, in the median of the processes.
 *
 * @param bytes read per second
 * @param flops per second
 */
record Peaks(double bytes, double flops) {
  static Peaks of(Results results) {
    return new Peaks(median(results, "peakBytes"), median(results, "peakFlops"));
  }

  private static double median(Results results, String key) {
    double[] values = results.all().stream().mapToDouble(m -> m.value(key)).toArray();
    return values.length == 0 ? Double.NaN : Statistics.median(values);
  }

  /** Least seconds of a mixer at each context: its matrices, then its state. */
  double[] seconds(Curve curve) {
    double[] matrices = longer(curve.values("matrixBytes"), curve.values("matrixFlops"));
    double[] state = longer(curve.values("contextBytes"), curve.values("contextFlops"));
    double[] sums = new double[matrices.length];
    Arrays.setAll(sums, i -> matrices[i] + state[i]);
    return sums;
  }

  private double[] longer(double[] moved, double[] computed) {
    double[] seconds = new double[moved.length];
    Arrays.setAll(seconds, i -> Math.max(moved[i] / bytes, computed[i] / flops));
    return seconds;
  }
}

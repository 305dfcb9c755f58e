package dev.tern.study.laws;

import java.util.Arrays;
import java.util.Locale;

/** The middle 95 % of bootstrap replicates. */
public record Interval(double low, double high) {
  private static final double TAIL = 0.025;
  private static final int FEWEST = 20;

  /** The interval of the finite values; null where they are too few, or fewer than half, to tell. */
  public static Interval of(double[] values) {
    double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    if (sorted.length < FEWEST || 2 * sorted.length < values.length) {
      return null;
    }
    return new Interval(quantile(sorted, TAIL), quantile(sorted, 1 - TAIL));
  }

  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  boolean contains(double value) {
    return low <= value && value <= high;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.4g … %.4g", low, high);
  }
}

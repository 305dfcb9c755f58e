package dev.tern.study.laws;

import java.util.Arrays;
import java.util.Locale;

/** Numbers of laws, for people. */
final class Numbers {
  private static final double[] UNITS = {1e12, 1e9, 1e6, 1e3};
  private static final String[] NAMES = {" T", " B", " M", " k"};
  private static final double LARGEST = 1e16;

  private Numbers() {}

  /** A count: 67.3 B. */
  static String count(double value) {
    if (!(Math.abs(value) < LARGEST)) {
      return power(value);
    }
    for (int i = 0; i < UNITS.length; i++) {
      if (value >= UNITS[i]) {
        return format("%.3g", value / UNITS[i]) + NAMES[i];
      }
    }
    return format("%.3g", value);
  }

  /** A large number: 5.76e+23. */
  static String power(double value) {
    return Double.isFinite(value) ? format("%.2e", value) : text(value);
  }

  /** A constant of a law, to five digits. */
  static String text(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    return Double.isFinite(value) ? format("%.5g", value) : "∞";
  }

  static String estimate(Estimate estimate) {
    return estimate.interval() == null
        ? text(estimate.value())
        : "%s (%s)".formatted(text(estimate.value()), estimate.interval());
  }

  static String counts(double value, Interval interval) {
    return interval == null
        ? count(value)
        : "%s (%s … %s)".formatted(count(value), count(interval.low()), count(interval.high()));
  }

  static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** Places from low to high at equal ratios, for curves. */
  static double[] logarithmic(double low, double high, int places) {
    double[] result = new double[places];
    Arrays.setAll(result, i -> low * Math.pow(high / low, i / (places - 1.0)));
    return result;
  }
}

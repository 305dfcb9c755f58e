package dev.tern.study.panels;

import dev.tern.study.laws.Estimate;
import dev.tern.study.laws.Interval;
import java.util.Locale;

/** Numbers for people. */
final class Units {
  private static final String[] TIMES = {"s", "ms", "µs", "ns"};
  private static final String[] SIZES = {"B", "kB", "MB", "GB", "TB"};

  private Units() {}

  /** To three digits. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    double size = Math.abs(value);
    int digits = size == 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
    return size > 0 && size < 1e-3
        ? String.format(Locale.ROOT, "%.1e", value)
        : String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  static String count(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%,.0f", value);
  }

  static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  static String seconds(double value) {
    return scaled(value, TIMES, 1e-3);
  }

  static String bytes(double value) {
    return scaled(value, SIZES, 1e3);
  }

  private static String scaled(double value, String[] units, double step) {
    if (Double.isNaN(value)) {
      return "–";
    }
    int unit = 0;
    double scaled = value;
    while (unit < units.length - 1 && (step < 1 ? Math.abs(scaled) < 1 : Math.abs(scaled) >= step)) {
      scaled /= step;
      unit++;
    }
    return number(scaled) + " " + units[unit];
  }

  static String estimate(Estimate estimate) {
    return number(estimate.value()) + interval(estimate.interval());
  }

  static String crossing(Crossing crossing, double[] contexts) {
    return place(crossing.context(), contexts) + (crossing.isWithin() ? counts(crossing.interval()) : "");
  }

  /** A context, or that it is outside of those measured. */
  static String place(double context, double[] contexts) {
    if (Crossing.within(context)) {
      return count(context);
    }
    return context == 0 ? "below " + count(contexts[0]) : "above " + count(contexts[contexts.length - 1]);
  }

  private static String counts(Interval interval) {
    return interval == null ? "" : " (%s … %s)".formatted(count(interval.low()), count(interval.high()));
  }

  private static String interval(Interval interval) {
    return interval == null ? "" : " (%s … %s)".formatted(number(interval.low()), number(interval.high()));
  }

  /** Words for a number of things. */
  static String list(java.util.List<String> names) {
    int last = names.size() - 1;
    return last < 1 ? String.join("", names) : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }
}

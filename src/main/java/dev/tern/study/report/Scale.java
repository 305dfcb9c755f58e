package dev.tern.study.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Places values of an axis between two coordinates, and chooses where its ticks are. */
final class Scale {
  private static final double MARGIN = 0.04;
  private static final int MOST_TICKS = 8;
  private static final int FEWEST_DECADES = 2;

  /** Decades between labels up to which each still has its line. */
  private static final int MOST_SMALL = 4;

  private static final double[] STEPS = {1, 2, 5, 10};
  private static final double PLAIN_BELOW = 1e5;
  private static final double PLAIN_ABOVE = 1e-4;

  private final boolean logarithmic;
  private final double low;
  private final double high;
  private final double from;
  private final double to;

  /**
   * A tick.
   *
   * @param value where it is
   * @param label empty for a small one
   */
  record Tick(double value, String label) {}

  private Scale(boolean logarithmic, double low, double high, double from, double to) {
    this.logarithmic = logarithmic;
    this.low = low;
    this.high = high;
    this.from = from;
    this.to = to;
  }

  /** The scale over some values, with a margin; of none, or of one value, it still has a width. */
  static Scale of(Chart.Axis axis, DoubleStream values, double from, double to) {
    boolean logarithmic = axis.logarithmic();
    var range =
        values
            .filter(value -> Double.isFinite(value) && (!logarithmic || value > 0))
            .map(value -> logarithmic ? Math.log10(value) : value)
            .summaryStatistics();
    double low = range.getCount() == 0 ? 0 : range.getMin();
    double high = range.getCount() == 0 ? 1 : range.getMax();
    double margin = high > low ? MARGIN * (high - low) : Math.max(MARGIN, MARGIN * Math.abs(low));
    return new Scale(logarithmic, low - margin, high + margin, from, to);
  }

  boolean shows(double value) {
    return Double.isFinite(value) && (!logarithmic || value > 0);
  }

  double place(double value) {
    double position = logarithmic ? Math.log10(value) : value;
    return from + (to - from) * (position - low) / (high - low);
  }

  /** Round values within the scale. */
  List<Tick> ticks() {
    return logarithmic && high - low >= FEWEST_DECADES ? decades() : logarithmic ? withinDecades() : linear();
  }

  private List<Tick> decades() {
    int step = (int) Math.ceil((high - low) / MOST_TICKS);
    List<Tick> ticks = new ArrayList<>();
    for (int decade = (int) Math.ceil(low); decade <= high; decade++) {
      boolean labelled = Math.floorMod(decade, step) == 0;
      double value = Math.pow(10, decade);
      if ((labelled || step <= MOST_SMALL) && shows(value)) {
        ticks.add(new Tick(value, labelled ? label(value) : ""));
      }
    }
    return ticks;
  }

  /** Of a short logarithmic axis: the round values of a linear one. */
  private List<Tick> withinDecades() {
    return round(Math.pow(10, low), Math.pow(10, high));
  }

  private List<Tick> linear() {
    return round(low, high);
  }

  private static List<Tick> round(double least, double most) {
    double step = step(most - least);
    List<Tick> ticks = new ArrayList<>();
    for (double index = Math.ceil(least / step); index * step <= most; index++) {
      ticks.add(new Tick(index * step, label(index * step)));
    }
    return ticks;
  }

  private static double step(double range) {
    double raw = range / MOST_TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    for (double step : STEPS) {
      if (step * power >= raw) {
        return step * power;
      }
    }
    return power * STEPS[STEPS.length - 1];
  }

  private static String label(double value) {
    double size = Math.abs(value);
    if (size == 0 || size >= PLAIN_ABOVE && size < PLAIN_BELOW) {
      String text = String.format(Locale.ROOT, "%.6f", value);
      return text.replaceFirst("\\.?0+$", "");
    }
    return String.format(Locale.ROOT, "%.3g", value).replaceFirst("\\.?0*e\\+?(-?)0*", "e$1");
  }
}

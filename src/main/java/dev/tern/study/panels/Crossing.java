package dev.tern.study.panels;

import dev.tern.study.laws.Interval;
import java.util.Arrays;
import java.util.List;

/**
 * Where one curve begins to lie above another.
 *
 * @param context 0 where it lies above from the first context on, infinite where it never does
 * @param interval null if most replicates do not cross within the contexts
 */
record Crossing(double context, Interval interval) {
  /** Whether it is within the contexts. */
  boolean isWithin() {
    return within(context);
  }

  static boolean within(double context) {
    return context > 0 && Double.isFinite(context);
  }

  /** Of measured times, with their uncertainty. */
  static Crossing of(Curve rising, Curve other) {
    List<double[]> up = Resampling.of(rising);
    List<double[]> down = Resampling.of(other);
    double[] replicates = new double[up.size()];
    Arrays.setAll(replicates, i -> inside(at(rising.x(), up.get(i), other.x(), down.get(i))));
    return new Crossing(at(rising.x(), rising.seconds(), other.x(), other.seconds()), Interval.of(replicates));
  }

  private static double inside(double context) {
    return within(context) ? context : Double.NaN;
  }

  /** The last context up to which {@code rising} is no higher, between points along straight lines of logarithms. */
  static double at(double[] risingX, double[] rising, double[] otherX, double[] other) {
    double crossing = 0;
    double before = Double.NaN;
    double placeBefore = Double.NaN;
    for (int i = 0; i < risingX.length; i++) {
      int same = Arrays.binarySearch(otherX, risingX[i]);
      if (same < 0) {
        continue;
      }
      double gap = Math.log(rising[i] / other[same]);
      double place = Math.log(risingX[i]);
      if (gap <= 0) {
        crossing = Double.POSITIVE_INFINITY;
      } else if (before <= 0) {
        crossing = Math.exp(placeBefore + (place - placeBefore) * -before / (gap - before));
      }
      before = gap;
      placeBefore = place;
    }
    return crossing;
  }
}

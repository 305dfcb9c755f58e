package dev.tern.study.panels;

import dev.tern.evaluate.Statistics;
import dev.tern.study.sweep.Measurement;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Times of one series over the context.
 *
 * @param series what was measured
 * @param x contexts, ascending
 * @param points the measurements at each, one per process
 */
record Curve(String series, double[] x, List<List<Measurement>> points) {
  /** The curve of some measurements of one series and phase. */
  static Curve of(List<Measurement> measurements) {
    TreeMap<Double, List<Measurement>> byContext = new TreeMap<>();
    for (Measurement measurement : measurements) {
      byContext.computeIfAbsent(measurement.at("context"), _ -> new java.util.ArrayList<>()).add(measurement);
    }
    double[] x = byContext.keySet().stream().mapToDouble(Double::doubleValue).toArray();
    return new Curve(measurements.getFirst().series(), x, List.copyOf(byContext.values()));
  }

  /** Seconds at each context: the median of all iterations of all processes. */
  double[] seconds() {
    return points.stream().mapToDouble(forks -> median(forks.stream().map(Measurement::seconds).toList())).toArray();
  }

  /** A value that does not vary between processes, at each context. */
  double[] values(String key) {
    return points.stream().mapToDouble(forks -> forks.getFirst().value(key)).toArray();
  }

  /** The median over processes of a value, at each context. */
  double[] medians(String key) {
    return points.stream()
        .mapToDouble(forks -> Statistics.median(forks.stream().mapToDouble(fork -> fork.value(key)).toArray()))
        .toArray();
  }

  double last() {
    return x[x.length - 1];
  }

  /**
   * Seconds as another study might have found them: processes are drawn with replacement, then iterations within each
   * (Kalibera and Jones 2013).
   */
  double[] resample(SplittableRandom random) {
    int[] forks = random.ints(points.stream().mapToInt(List::size).min().orElse(1), 0, Integer.MAX_VALUE).toArray();
    int[] iterations = random.ints(64, 0, Integer.MAX_VALUE).toArray();
    double[] seconds = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      List<Measurement> measured = points.get(i);
      seconds[i] =
          median(
              Arrays.stream(forks)
                  .mapToObj(fork -> drawn(measured.get(fork % measured.size()).seconds(), iterations, fork))
                  .toList());
    }
    return seconds;
  }

  private static double[] drawn(double[] values, int[] draws, int shift) {
    double[] drawn = new double[values.length];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = values[draws[(i + shift % 8 * 8) % draws.length] % values.length];
    }
    return drawn;
  }

  private static double median(List<double[]> values) {
    return Statistics.median(values.stream().flatMapToDouble(Arrays::stream).toArray());
  }
}

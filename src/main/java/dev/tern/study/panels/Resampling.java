package dev.tern.study.panels;

import dev.tern.study.laws.Estimate;
import dev.tern.study.laws.Interval;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Uncertainty of what is computed from curves. */
final class Resampling {
  private static final int REPLICATES = 400;

  private Resampling() {}

  /** Times of a curve in every replicate. */
  static List<double[]> of(Curve curve) {
    SplittableRandom random = new SplittableRandom(curve.series().hashCode());
    return IntStream.range(0, REPLICATES).mapToObj(_ -> curve.resample(random)).toList();
  }

  /** What a function of the times is, and between what it lies. */
  static Estimate estimate(Curve curve, ToDoubleFunction<double[]> function) {
    double[] replicates = of(curve).stream().mapToDouble(function).toArray();
    return Estimate.of(function.applyAsDouble(curve.seconds()), replicates);
  }

  /** Lower and upper edge of the times at each context. */
  static double[][] band(Curve curve) {
    List<double[]> replicates = of(curve);
    double[][] edges = new double[2][curve.x().length];
    for (int i = 0; i < curve.x().length; i++) {
      int at = i;
      Interval interval = Interval.of(replicates.stream().mapToDouble(times -> times[at]).toArray());
      edges[0][i] = interval.low();
      edges[1][i] = interval.high();
    }
    return edges;
  }
}

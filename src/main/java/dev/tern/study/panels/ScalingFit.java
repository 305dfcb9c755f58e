package dev.tern.study.panels;

import dev.tern.study.laws.Estimate;
import dev.tern.study.laws.LeastSquares;
import dev.tern.study.laws.PowerLaw;
import java.util.Arrays;

/**
 * How times grow with the context.
 *
 * @param exponent of a power law through the longest contexts
 * @param first α: of t for a prefill, the constant for decoding
 * @param second β: of t² for a prefill, of t for decoding
 */
record ScalingFit(Estimate exponent, double first, double second) {
  /** The power law is fitted from this share of the longest context on. */
  private static final double LONG = 0.25;

  /** αt + βt². */
  static ScalingFit ofPrefill(Curve curve) {
    double[] squares = Arrays.stream(curve.x()).map(x -> x * x).toArray();
    double[] terms = terms(curve.x(), squares, curve.seconds());
    return new ScalingFit(Resampling.estimate(curve, times -> exponent(curve.x(), times)), terms[0], terms[1]);
  }

  /** α + βt. */
  static ScalingFit ofDecoding(Curve curve) {
    double[] terms = terms(LeastSquares.ones(curve.x().length), curve.x(), curve.seconds());
    return new ScalingFit(Resampling.estimate(curve, times -> exponent(curve.x(), times)), terms[0], terms[1]);
  }

  /** Of the contexts from a quarter of the longest on. */
  static double exponent(double[] x, double[] seconds) {
    int from = 0;
    while (x.length - from > 2 && x[from] < LONG * x[x.length - 1]) {
      from++;
    }
    return PowerLaw.fit(Arrays.copyOfRange(x, from, x.length), Arrays.copyOfRange(seconds, from, x.length)).exponent();
  }

  /** Least squares of relative errors, neither term below zero. */
  static double[] terms(double[] first, double[] second, double[] seconds) {
    double[] weights = Arrays.stream(seconds).map(value -> 1 / (value * value)).toArray();
    double[] both = LeastSquares.fit(new double[][] {first, second}, seconds, weights);
    if (both[0] >= 0 && both[1] >= 0) {
      return both;
    }
    double[] columns = both[1] < 0 ? first : second;
    double only = LeastSquares.fit(new double[][] {columns}, seconds, weights)[0];
    return both[1] < 0 ? new double[] {only, 0} : new double[] {0, only};
  }

  /** The share of the second term where the other factor is {@code x}. */
  double secondShare(double x) {
    return second * x / (first + second * x);
  }
}

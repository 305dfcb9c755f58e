package dev.tern.study.laws;

import java.util.Arrays;

/** y = coefficient · x^exponent. */
public record PowerLaw(double coefficient, double exponent) {
  /** The line through the logarithms, by least squares. */
  public static PowerLaw fit(double[] x, double[] y) {
    return fit(x, y, null);
  }

  /**
   * The line through the logarithms, by weighted least squares.
   *
   * @param weights one per point, for example 1/σ² of log y; null for all equal
   */
  public static PowerLaw fit(double[] x, double[] y, double[] weights) {
    double[] line = LeastSquares.fit(new double[][] {LeastSquares.ones(x.length), log(x)}, log(y), weights);
    return new PowerLaw(Math.exp(line[0]), line[1]);
  }

  /** The value at {@code x}. */
  public double at(double x) {
    return coefficient * Math.pow(x, exponent);
  }

  private static double[] log(double[] values) {
    return Arrays.stream(values).map(Math::log).toArray();
  }
}

package dev.tern.study.laws;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Linear least squares and the search along a line: the two small tools that the fits share. */
public final class LeastSquares {
  private static final double SINGULAR = 1e-12;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final int GOLDEN_STEPS = 200;

  private LeastSquares() {}

  /**
   * The coefficients that minimize Σ wᵢ(yᵢ − Σⱼ xᵢⱼcⱼ)², by the method of Gram and Schmidt (modified, on the scaled
   * columns). All of them are NaN where the columns do not determine them.
   *
   * @param columns [coefficients][rows]
   * @param y [rows]
   * @param weights [rows], or null for all equal
   */
  public static double[] fit(double[][] columns, double[] y, double[] weights) {
    int n = columns.length;
    double[][] q = new double[n][];
    double[][] r = new double[n][n];
    double[] rest = weighted(y, weights);
    double[] projected = new double[n];
    for (int j = 0; j < n; j++) {
      q[j] = weighted(columns[j], weights);
      double length = Math.sqrt(dot(q[j], q[j]));
      for (int i = 0; i < j; i++) {
        r[i][j] = dot(q[i], q[j]);
        subtract(q[j], q[i], r[i][j]);
      }
      r[j][j] = Math.sqrt(dot(q[j], q[j]));
      if (y.length < n || !(r[j][j] > SINGULAR * length)) {
        double[] undetermined = new double[n];
        Arrays.fill(undetermined, Double.NaN);
        return undetermined;
      }
      double scale = r[j][j];
      double[] unit = q[j];
      Arrays.setAll(unit, row -> unit[row] / scale);
      projected[j] = dot(unit, rest);
      subtract(rest, unit, projected[j]);
    }
    return substitute(r, projected);
  }

  private static double[] substitute(double[][] r, double[] projected) {
    double[] coefficients = projected.clone();
    for (int i = coefficients.length - 1; i >= 0; i--) {
      for (int j = i + 1; j < coefficients.length; j++) {
        coefficients[i] -= r[i][j] * coefficients[j];
      }
      coefficients[i] /= r[i][i];
    }
    return coefficients;
  }

  /** A column of ones. */
  public static double[] ones(int rows) {
    double[] result = new double[rows];
    Arrays.fill(result, 1);
    return result;
  }

  /** The lowest point of a function with one minimum in [low, high], by golden sections. */
  static double minimum(DoubleUnaryOperator function, double low, double high) {
    double a = low;
    double b = high;
    double left = b - GOLDEN * (b - a);
    double right = a + GOLDEN * (b - a);
    double atLeft = function.applyAsDouble(left);
    double atRight = function.applyAsDouble(right);
    for (int i = 0; i < GOLDEN_STEPS && left < right; i++) {
      if (atLeft <= atRight) {
        b = right;
        right = left;
        atRight = atLeft;
        left = b - GOLDEN * (b - a);
        atLeft = function.applyAsDouble(left);
      } else {
        a = left;
        left = right;
        atLeft = atRight;
        right = a + GOLDEN * (b - a);
        atRight = function.applyAsDouble(right);
      }
    }
    return (a + b) / 2;
  }

  private static double[] weighted(double[] values, double[] weights) {
    double[] result = values.clone();
    if (weights != null) {
      Arrays.setAll(result, i -> values[i] * Math.sqrt(weights[i]));
    }
    return result;
  }

  private static void subtract(double[] from, double[] direction, double amount) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= amount * direction[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}

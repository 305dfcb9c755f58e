package dev.tern.kernel.scalar;

import dev.tern.kernel.Activation;

/** Non-linearities of one value, computed in double and rounded once; at infinity their limits. */
public final class ScalarActivation {
  private static final double GELU_TANH_SCALE = Math.sqrt(2 / Math.PI);
  private static final double GELU_TANH_CUBIC = 0.044715;
  private static final double ROOT_HALF = Math.sqrt(0.5);

  /** From here on the continued fraction of erfc converges quickly, and before that the series does. */
  private static final double SERIES_END = 2.5;

  private ScalarActivation() {}

  /** {@code activation(x)}. */
  public static float apply(Activation activation, float x) {
    double value = x;
    return (float)
        switch (activation) {
          case SILU -> times(value, sigmoid(value));
          case GELU -> times(value, normal(value));
          case GELU_TANH ->
              times(value, sigmoid(2 * GELU_TANH_SCALE * (value + GELU_TANH_CUBIC * value * value * value)));
          case RELU -> Math.max(value, 0);
          case RELU_SQUARED -> Math.max(value, 0) * Math.max(value, 0);
          case SIGMOID -> sigmoid(value);
          case TANH -> Math.tanh(value);
          case SOFTPLUS -> Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
          case IDENTITY -> value;
        };
  }

  /** x times a factor that vanishes at minus infinity, faster than x grows. */
  private static double times(double x, double factor) {
    return factor == 0 ? 0 : x * factor;
  }

  private static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }

  /** The distribution function of the standard normal distribution. */
  static double normal(double x) {
    double tail = 0.5 * erfcOfNonNegative(Math.abs(x) * ROOT_HALF);
    return x > 0 ? 1 - tail : tail;
  }

  private static double erfcOfNonNegative(double x) {
    if (Double.isInfinite(x)) {
      return 0;
    }
    return x < SERIES_END ? 1 - erfSeries(x) : erfcFraction(x);
  }

  /** erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, all terms positive (NIST DLMF 7.6.2). */
  private static double erfSeries(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; term > sum * 1e-17; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** erfc(x) = e^(−x²)/√π · 1/(x + ½/(x + 1/(x + ³⁄₂/(x + …)))) (NIST DLMF 7.9.1, contracted). */
  private static double erfcFraction(double x) {
    double tail = x;
    for (int k = 60; k > 0; k--) {
      tail = x + 0.5 * k / tail;
    }
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
  }
}

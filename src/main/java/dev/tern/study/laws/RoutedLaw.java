package dev.tern.study.laws;

/**
 * log₁₀ L = a log₁₀ N + b log₁₀ Ê + c log₁₀ N log₁₀ Ê + d, where 1/Ê = 1/(E − 1 + 1/(1/E₀ − 1/E₁)) + 1/E₁ saturates:
 * Ê(1) = E₀, Ê(∞) = E₁ (Clark et al., Unified Scaling Laws for Routed Language Models, 2022, equations 1 and 6).
 *
 * @param a exponent of size
 * @param b exponent of experts
 * @param c interaction: above 0 where experts help larger models less
 * @param d offset
 * @param start E₀
 * @param most E₁
 */
public record RoutedLaw(double a, double b, double c, double d, double start, double most) {
  /** Ê of a number of experts. */
  public double saturated(double experts) {
    return saturated(experts, start, most);
  }

  static double saturated(double experts, double start, double most) {
    double shift = 1 / (1 / start - 1 / most);
    return 1 / (1 / (experts - 1 + shift) + 1 / most);
  }

  /**
   * The loss.
   *
   * @param parameters N of the dense model that has the same compute
   * @param experts E; 1 is the dense model
   */
  public double loss(double parameters, double experts) {
    double size = Math.log10(parameters);
    double routed = Math.log10(saturated(experts));
    return Math.pow(10, a * size + b * routed + c * size * routed + d);
  }

  /** The size of the dense model of the same loss: equation 11. */
  public double effectiveParameters(double parameters, double experts) {
    double dense = Math.log10(start);
    double routed = Math.log10(saturated(experts));
    double power = a * Math.log10(parameters) + b * (routed - dense) + c * Math.log10(parameters) * routed;
    return Math.pow(10, power / (a + c * dense));
  }

  /** The size from which on experts no longer lower the loss; infinite where they always do. */
  public double cutoff() {
    return c > 0 ? Math.pow(10, -b / c) : Double.POSITIVE_INFINITY;
  }
}

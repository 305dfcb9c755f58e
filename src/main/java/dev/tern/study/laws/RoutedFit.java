package dev.tern.study.laws;

import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * {@link RoutedLaw} by least squares of log loss. Given E₀ and E₁ the law is linear in the others, so only these two
 * are searched for, as u = ln(E₀ − 1) and v = ln(E₁/E₀ − 1), which keep 1 < E₀ < E₁.
 */
final class RoutedFit {
  private static final double[] STARTS = {-1, 0, 1.5};
  private static final double[] MOSTS = {3, 5, 7};
  private static final double STEP = 1e-5;

  /** Further out the law no longer changes, and the numbers overflow. */
  private static final double FURTHEST = 30;

  private final double[] size;
  private final double[] experts;
  private final double[] logLoss;

  /**
   * A model.
   *
   * @param parameters N of the dense model of the same compute
   * @param experts 1 for a dense model
   */
  record Model(double parameters, double experts, double loss) {}

  private RoutedFit(List<Model> models) {
    size = models.stream().mapToDouble(model -> Math.log10(model.parameters())).toArray();
    experts = models.stream().mapToDouble(Model::experts).toArray();
    logLoss = models.stream().mapToDouble(model -> Math.log10(model.loss())).toArray();
  }

  /** The law, searched from several starts. */
  static RoutedLaw fit(List<Model> models) {
    RoutedFit fit = new RoutedFit(models);
    return DoubleStream.of(STARTS)
        .boxed()
        .flatMap(u -> DoubleStream.of(MOSTS).mapToObj(v -> new double[] {u, v}))
        .map(start -> Bfgs.minimize(fit::objective, start))
        .min(Comparator.comparingDouble(Bfgs.Minimum::value))
        .map(minimum -> fit.law(minimum.point()))
        .orElseThrow();
  }

  /** The law searched from another one nearby. */
  static RoutedLaw refit(List<Model> models, RoutedLaw near) {
    RoutedFit fit = new RoutedFit(models);
    double[] start = {Math.log(near.start() - 1), Math.log(near.most() / near.start() - 1)};
    return fit.law(Bfgs.minimize(fit::objective, start).point());
  }

  private double objective(double[] point, double[] gradient) {
    for (int i = 0; i < point.length; i++) {
      double[] above = point.clone();
      double[] below = point.clone();
      above[i] += STEP;
      below[i] -= STEP;
      gradient[i] = (squares(above) - squares(below)) / (2 * STEP);
    }
    return squares(point);
  }

  /** The sum of squares left over; infinite where the point is out of bounds or the data do not determine the law. */
  private double squares(double[] point) {
    if (Math.abs(point[0]) > FURTHEST || Math.abs(point[1]) > FURTHEST) {
      return Double.POSITIVE_INFINITY;
    }
    RoutedLaw law = law(point);
    double sum = 0;
    for (int i = 0; i < size.length; i++) {
      double routed = Math.log10(law.saturated(experts[i]));
      double residual = law.a() * size[i] + law.b() * routed + law.c() * size[i] * routed + law.d() - logLoss[i];
      sum += residual * residual;
    }
    return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum;
  }

  private RoutedLaw law(double[] point) {
    double start = 1 + Math.exp(point[0]);
    double most = start * (1 + Math.exp(point[1]));
    double[] routed = new double[size.length];
    double[] product = new double[size.length];
    for (int i = 0; i < size.length; i++) {
      routed[i] = Math.log10(RoutedLaw.saturated(experts[i], start, most));
      product[i] = size[i] * routed[i];
    }
    double[][] columns = {size, routed, product, LeastSquares.ones(size.length)};
    double[] c = LeastSquares.fit(columns, logLoss, null);
    return new RoutedLaw(c[0], c[1], c[2], c[3], start, most);
  }
}

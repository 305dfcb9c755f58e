package dev.tern.study.laws;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fits a law to runs by the sum of Huber's losses of the differences of log loss: quadratic up to δ, linear beyond
 * (Hoffmann et al., Training Compute-Optimal Large Language Models, 2022, section D.3). Logarithms are centred, which
 * takes the strong correlation between a factor and its exponent away from the optimizer.
 */
final class RobustFit {
  /** Huber's losses nearer to zero than any published δ; the way there is by a sequence of smaller and smaller ones. */
  private static final double ABSOLUTE = 1e-8;

  private static final double REDUCTION = 0.1;
  private static final double FIRST_DELTA = 1e-3;
  private static final int BEST_STARTS = 32;

  private final LossModel model;
  private final double[] logParameters;
  private final double[] logTokens;
  private final double[] logLoss;
  private final double meanLogParameters;
  private final double meanLogTokens;

  RobustFit(LossModel model, List<TrainingRun> runs) {
    this(model, runs, meanLogParameters(runs), meanLogTokens(runs));
  }

  private RobustFit(LossModel model, List<TrainingRun> runs, double meanLogParameters, double meanLogTokens) {
    this.model = model;
    this.meanLogParameters = meanLogParameters;
    this.meanLogTokens = meanLogTokens;
    logParameters = runs.stream().mapToDouble(run -> Math.log(run.parameters()) - meanLogParameters).toArray();
    logTokens = runs.stream().mapToDouble(run -> Math.log(run.tokens()) - meanLogTokens).toArray();
    logLoss = runs.stream().mapToDouble(run -> Math.log(run.loss())).toArray();
  }

  /** The same law and the same centres for other runs, so that constants can be passed on as starts. */
  RobustFit with(List<TrainingRun> runs) {
    return new RobustFit(model, runs, meanLogParameters, meanLogTokens);
  }

  double meanLogParameters() {
    return meanLogParameters;
  }

  double meanLogTokens() {
    return meanLogTokens;
  }

  private static double meanLogParameters(List<TrainingRun> runs) {
    return runs.stream().mapToDouble(run -> Math.log(run.parameters())).average().orElseThrow();
  }

  private static double meanLogTokens(List<TrainingRun> runs) {
    return runs.stream().mapToDouble(run -> Math.log(run.tokens())).average().orElseThrow();
  }

  /**
   * The best of the searches from the most promising starts of a grid.
   *
   * @param delta Huber's δ; 0 for least absolute deviations
   * @return the constants, and the sum of the losses (of the absolute deviations where δ is 0)
   */
  Bfgs.Minimum best(Stream<double[]> starts, double delta) {
    double first = delta == 0 ? FIRST_DELTA : delta;
    double[] gradient = new double[model.size()];
    Bfgs.Minimum best =
        starts
            .map(start -> new Bfgs.Minimum(start, scaled(start, gradient, first)))
            .filter(start -> Double.isFinite(start.value()))
            .sorted(Comparator.comparingDouble(Bfgs.Minimum::value))
            .limit(BEST_STARTS)
            .map(start -> Bfgs.minimize((point, slope) -> scaled(point, slope, first), start.point()))
            .min(Comparator.comparingDouble(Bfgs.Minimum::value))
            .orElseThrow();
    return from(best.point(), delta);
  }

  /** The search from one start. */
  Bfgs.Minimum from(double[] start, double delta) {
    if (delta > 0) {
      Bfgs.Minimum found = Bfgs.minimize((point, gradient) -> scaled(point, gradient, delta), start);
      return new Bfgs.Minimum(found.point(), found.value() * delta);
    }
    Bfgs.Minimum found = new Bfgs.Minimum(start, Double.NaN);
    for (double smaller = FIRST_DELTA; smaller > ABSOLUTE; smaller *= REDUCTION) {
      double current = smaller;
      found = Bfgs.minimize((point, gradient) -> scaled(point, gradient, current), found.point());
    }
    return found;
  }

  /** Σ Huber(r)/δ: of the size of Σ|r| for every δ, so that the optimizer's thresholds mean the same. */
  private double scaled(double[] constants, double[] gradient, double delta) {
    java.util.Arrays.fill(gradient, 0);
    double[] slope = new double[constants.length];
    double sum = 0;
    for (int i = 0; i < logLoss.length; i++) {
      double residual = model.logLoss(logParameters[i], logTokens[i], constants, slope) - logLoss[i];
      double distance = Math.abs(residual);
      sum += distance <= delta ? residual * residual / (2 * delta) : distance - delta / 2;
      double pull = distance <= delta ? residual / delta : Math.signum(residual);
      for (int j = 0; j < slope.length; j++) {
        gradient[j] += pull * slope[j];
      }
    }
    return sum;
  }
}

package dev.tern.study.laws;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Approach 3 of Hoffmann et al. (2022): log L = logsumexp(a − α ln N, b − β ln D, e) with a = ln A, b = ln B, e = ln E,
 * from a grid of starts.
 */
final class ParametricFit implements LossModel {
  private static final int A = 0;
  private static final int B = 1;
  private static final int E = 2;
  private static final int ALPHA = 3;
  private static final int BETA = 4;
  private static final int CONSTANTS = 5;
  private static final double[] FACTORS = {0, 5, 10, 15, 20, 25};
  private static final double[] OFFSETS = {-1, -0.5, 0, 0.5, 1};
  private static final double[] EXPONENTS = {0.01, 0.25, 0.5, 1, 1.5, 2};

  private final RobustFit fit;
  private final double delta;

  /**
   * The law fitted to all runs.
   *
   * @param constants of the centred form, to start other fits from
   * @param objective the sum of Huber's losses
   */
  record Fitted(ParametricLaw law, double[] constants, double objective) {}

  /**
   * @param delta Huber's δ; 0 for least absolute deviations
   */
  ParametricFit(List<TrainingRun> runs, double delta) {
    this.delta = delta;
    fit = new RobustFit(this, runs);
  }

  Fitted best() {
    return fitted(fit.best(starts(), delta));
  }

  /** The law of other runs, searched from the constants of {@link #best}. */
  ParametricLaw refit(List<TrainingRun> runs, double[] start) {
    return fitted(fit.with(runs).from(start, delta)).law();
  }

  private Stream<double[]> starts() {
    return DoubleStream.of(FACTORS)
        .boxed()
        .flatMap(a -> DoubleStream.of(FACTORS).mapToObj(b -> new double[] {a, b}))
        .flatMap(ab -> DoubleStream.of(OFFSETS).mapToObj(e -> new double[] {ab[A], ab[B], e}))
        .flatMap(abe -> DoubleStream.of(EXPONENTS).mapToObj(alpha -> new double[] {abe[A], abe[B], abe[E], alpha}))
        .flatMap(start -> DoubleStream.of(EXPONENTS).mapToObj(beta -> centred(start, beta)));
  }

  private double[] centred(double[] start, double beta) {
    return new double[] {
      start[A] - start[ALPHA] * fit.meanLogParameters(),
      start[B] - beta * fit.meanLogTokens(),
      start[E],
      start[ALPHA],
      beta
    };
  }

  private Fitted fitted(Bfgs.Minimum minimum) {
    double[] c = minimum.point();
    ParametricLaw law =
        new ParametricLaw(
            Math.exp(c[E]),
            Math.exp(c[A] + c[ALPHA] * fit.meanLogParameters()),
            Math.exp(c[B] + c[BETA] * fit.meanLogTokens()),
            c[ALPHA],
            c[BETA]);
    return new Fitted(law, Arrays.copyOf(c, CONSTANTS), minimum.value());
  }

  @Override
  public int size() {
    return CONSTANTS;
  }

  @Override
  public double logLoss(double logParameters, double logTokens, double[] constants, double[] gradient) {
    double ofParameters = constants[A] - constants[ALPHA] * logParameters;
    double ofTokens = constants[B] - constants[BETA] * logTokens;
    double largest = Math.max(constants[E], Math.max(ofParameters, ofTokens));
    gradient[A] = Math.exp(ofParameters - largest);
    gradient[B] = Math.exp(ofTokens - largest);
    gradient[E] = Math.exp(constants[E] - largest);
    double sum = gradient[A] + gradient[B] + gradient[E];
    gradient[A] /= sum;
    gradient[B] /= sum;
    gradient[E] /= sum;
    gradient[ALPHA] = -logParameters * gradient[A];
    gradient[BETA] = -logTokens * gradient[B];
    return largest + Math.log(sum);
  }
}

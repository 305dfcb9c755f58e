package dev.tern.study.laws;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * {@link KaplanLaw} fitted as log L = s · logsumexp(p − r ln N, q − ln D) with s = α_D and r = α_N/α_D, by the same
 * robust objective as {@link ParametricFit}.
 */
final class KaplanFit implements LossModel {
  private static final int P = 0;
  private static final int Q = 1;
  private static final int RATIO = 2;
  private static final int EXPONENT = 3;
  private static final int CONSTANTS = 4;
  private static final double[] HEIGHTS = {0, 5, 10, 20, 40};
  private static final double[] RATIOS = {0.4, 0.8, 1.2};
  private static final double[] EXPONENTS = {0.03, 0.1, 0.3};

  private final RobustFit fit;
  private final double delta;

  /** The law fitted to all runs, and the constants of its centred form. */
  record Fitted(KaplanLaw law, double[] constants, double objective) {}

  /**
   * @param delta Huber's δ; 0 for least absolute deviations
   */
  KaplanFit(List<TrainingRun> runs, double delta) {
    this.delta = delta;
    fit = new RobustFit(this, runs);
  }

  Fitted best() {
    return fitted(fit.best(starts(), delta));
  }

  /** The law of other runs, searched from the constants of {@link #best}. */
  KaplanLaw refit(List<TrainingRun> runs, double[] start) {
    return fitted(fit.with(runs).from(start, delta)).law();
  }

  private static Stream<double[]> starts() {
    return DoubleStream.of(HEIGHTS)
        .boxed()
        .flatMap(p -> DoubleStream.of(HEIGHTS).mapToObj(q -> new double[] {p, q}))
        .flatMap(pq -> DoubleStream.of(RATIOS).mapToObj(ratio -> new double[] {pq[P], pq[Q], ratio}))
        .flatMap(s -> DoubleStream.of(EXPONENTS).mapToObj(e -> new double[] {s[P], s[Q], s[RATIO], e}));
  }

  private Fitted fitted(Bfgs.Minimum minimum) {
    double[] c = minimum.point();
    KaplanLaw law =
        new KaplanLaw(
            Math.exp(c[P] / c[RATIO] + fit.meanLogParameters()),
            Math.exp(c[Q] + fit.meanLogTokens()),
            c[RATIO] * c[EXPONENT],
            c[EXPONENT]);
    return new Fitted(law, Arrays.copyOf(c, CONSTANTS), minimum.value());
  }

  @Override
  public int size() {
    return CONSTANTS;
  }

  @Override
  public double logLoss(double logParameters, double logTokens, double[] constants, double[] gradient) {
    double ofParameters = constants[P] - constants[RATIO] * logParameters;
    double ofTokens = constants[Q] - logTokens;
    double largest = Math.max(ofParameters, ofTokens);
    double first = Math.exp(ofParameters - largest);
    double second = Math.exp(ofTokens - largest);
    double log = largest + Math.log(first + second);
    double share = first / (first + second);
    gradient[P] = constants[EXPONENT] * share;
    gradient[Q] = constants[EXPONENT] * (1 - share);
    gradient[RATIO] = -constants[EXPONENT] * share * logParameters;
    gradient[EXPONENT] = log;
    return constants[EXPONENT] * log;
  }
}

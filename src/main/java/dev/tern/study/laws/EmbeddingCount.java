package dev.tern.study.laws;

import java.util.Arrays;

/**
 * Why Kaplan and Chinchilla disagree (Pearce and Song, Reconciling Kaplan and Chinchilla Scaling Laws, 2024): the same
 * law, but small models counted without their embeddings. With N_T = N + ωN^⅓ the lowest loss for 6ND FLOPs, N being
 * without embeddings, lies where α·A·N_T^(−α)·(1 + ωN^(−⅔)/3)·N/N_T = β·B·D^(−β).
 *
 * @param omega ω, embedding parameters per cube root of the others
 * @param smallest least N of the range, without embeddings
 * @param largest greatest N of the range
 * @param exponentWithout a in N* ∝ C^a over that range, counted without embeddings
 * @param exponentWith a counted with embeddings: that of the law itself
 */
public record EmbeddingCount(
    double omega, double smallest, double largest, double exponentWithout, double exponentWith) {
  /** Pearce and Song's fit to the models of Hoffmann et al. */
  public static final double CHINCHILLA_OMEGA = 47491;

  /** The sizes of Kaplan et al. (2020), without embeddings. */
  public static final double KAPLAN_SMALLEST = 768;

  /** The sizes of Kaplan et al. (2020), without embeddings. */
  public static final double KAPLAN_LARGEST = 1.5e9;

  /** Kaplan et al.'s own a. */
  public static final double KAPLAN_EXPONENT = 0.73;

  private static final int POINTS = 100;

  /** What a study of models in Kaplan's range would find if the law is right and embeddings are not counted. */
  static EmbeddingCount of(ParametricLaw law, double omega) {
    double step = Math.log(KAPLAN_LARGEST / KAPLAN_SMALLEST) / (POINTS - 1);
    double[] parameters = new double[POINTS];
    Arrays.setAll(parameters, i -> KAPLAN_SMALLEST * Math.exp(i * step));
    double[] compute = Arrays.stream(parameters).map(n -> computeOfOptimum(law, omega, n)).toArray();
    double exponent = PowerLaw.fit(compute, parameters).exponent();
    return new EmbeddingCount(omega, KAPLAN_SMALLEST, KAPLAN_LARGEST, exponent, law.optimalExponent());
  }

  /** The 6ND for which N, without embeddings, is the best size. */
  static double computeOfOptimum(ParametricLaw law, double omega, double parameters) {
    double embeddings = omega * Math.cbrt(parameters);
    double total = parameters + embeddings;
    double share = (parameters + embeddings / 3) / total;
    double alpha = law.parameterExponent();
    double beta = law.tokenExponent();
    double pull = alpha * law.parameterFactor() * Math.pow(total, -alpha) * share;
    double tokens = Math.pow(beta * law.tokenFactor() / pull, 1 / beta);
    return TrainingRun.TRAINING_FLOPS * parameters * tokens;
  }
}

package dev.tern.study.laws;

/**
 * How to spend compute, by a {@link ParametricLaw}.
 *
 * @param compute FLOPs, of training and serving
 * @param served tokens that the model will serve
 * @param parameters N
 * @param tokens D, of training
 * @param loss what the law predicts
 */
public record Allocation(double compute, double served, double parameters, double tokens, double loss) {
  private static final double RANGE = Math.log(1e9);

  /** N and D of the lowest loss for C FLOPs of training alone. */
  public static Allocation training(ParametricLaw law, double compute) {
    double parameters = law.optimalParameters(compute);
    double tokens = compute / (TrainingRun.TRAINING_FLOPS * parameters);
    return new Allocation(compute, 0, parameters, tokens, law.loss(parameters, tokens));
  }

  /**
   * N and D of the lowest loss where C FLOPs are for training and for serving: C = 6ND + 2NS. The bound on N is where
   * serving alone takes everything.
   */
  public static Allocation withServing(ParametricLaw law, double compute, double served) {
    if (served == 0) {
      return training(law, compute);
    }
    double most = Math.log(compute / (TrainingRun.SERVING_FLOPS * served));
    double highest = Math.min(most, Math.log(law.optimalParameters(compute)));
    double best =
        LeastSquares.minimum(
            logN -> law.loss(Math.exp(logN), tokens(compute, served, Math.exp(logN))), highest - RANGE, highest);
    double parameters = Math.exp(best);
    double tokens = tokens(compute, served, parameters);
    return new Allocation(compute, served, parameters, tokens, law.loss(parameters, tokens));
  }

  private static double tokens(double compute, double served, double parameters) {
    double left = compute - TrainingRun.SERVING_FLOPS * parameters * served;
    return Math.max(left, Double.MIN_NORMAL) / (TrainingRun.TRAINING_FLOPS * parameters);
  }

  /**
   * The cheapest N and D of a given loss, counting 6ND + 2NS FLOPs (Sardana et al., Beyond Chinchilla-Optimal:
   * Accounting for Inference in Language Model Scaling Laws, 2023).
   */
  public static Allocation cheapest(ParametricLaw law, double loss, double served) {
    double least = Math.log(law.smallestParameters(loss));
    double best = LeastSquares.minimum(logN -> Math.log(cost(law, loss, served, Math.exp(logN))), least, least + RANGE);
    double parameters = Math.exp(best);
    return new Allocation(
        cost(law, loss, served, parameters), served, parameters, law.tokensFor(loss, parameters), loss);
  }

  private static double cost(ParametricLaw law, double loss, double served, double parameters) {
    double tokens = law.tokensFor(loss, parameters);
    double flops = TrainingRun.TRAINING_FLOPS * tokens + TrainingRun.SERVING_FLOPS * served;
    return Double.isNaN(tokens) ? Double.POSITIVE_INFINITY : parameters * flops;
  }

  /** 6ND + 2NS for these N, D and other served tokens. */
  public double computeServing(double otherServed) {
    return parameters * (TrainingRun.TRAINING_FLOPS * tokens + TrainingRun.SERVING_FLOPS * otherServed);
  }
}

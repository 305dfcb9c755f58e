package dev.tern.study.laws;

/**
 * L(N, D) = E + A/N^α + B/D^β (Hoffmann et al. 2022, equation 2).
 *
 * @param irreducible E, in nats per token
 * @param parameterFactor A
 * @param tokenFactor B
 * @param parameterExponent α
 * @param tokenExponent β
 */
public record ParametricLaw(
    double irreducible, double parameterFactor, double tokenFactor, double parameterExponent, double tokenExponent) {

  /** The loss of a model of N parameters after D tokens. */
  public double loss(double parameters, double tokens) {
    return irreducible
        + parameterFactor * Math.pow(parameters, -parameterExponent)
        + tokenFactor * Math.pow(tokens, -tokenExponent);
  }

  /** a in N* ∝ C^a; that of D* is 1 − a. */
  public double optimalExponent() {
    return tokenExponent / (parameterExponent + tokenExponent);
  }

  /** The N that gives the lowest loss for C = 6ND FLOPs of training. */
  public double optimalParameters(double compute) {
    double sum = parameterExponent + tokenExponent;
    double ratio = parameterExponent * parameterFactor / (tokenExponent * tokenFactor);
    return Math.pow(ratio, 1 / sum) * Math.pow(compute / TrainingRun.TRAINING_FLOPS, tokenExponent / sum);
  }

  /** The D with which a model of N parameters reaches a loss; NaN where no number of tokens is enough. */
  public double tokensFor(double loss, double parameters) {
    double gap = loss - irreducible - parameterFactor * Math.pow(parameters, -parameterExponent);
    return gap > 0 ? Math.pow(tokenFactor / gap, 1 / tokenExponent) : Double.NaN;
  }

  /** The smallest N that could reach a loss, were there tokens without end. */
  public double smallestParameters(double loss) {
    return Math.pow(parameterFactor / (loss - irreducible), 1 / parameterExponent);
  }
}

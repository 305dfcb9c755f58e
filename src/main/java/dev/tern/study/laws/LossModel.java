package dev.tern.study.laws;

/** A law for the logarithm of the loss with a few free constants. */
interface LossModel {
  /** Number of constants. */
  int size();

  /**
   * The logarithm of the loss.
   *
   * @param logParameters ln N less its mean over the runs of the fit
   * @param logTokens ln D less its mean
   * @param constants where to evaluate
   * @param gradient receives the derivatives by the constants
   */
  double logLoss(double logParameters, double logTokens, double[] constants, double[] gradient);
}

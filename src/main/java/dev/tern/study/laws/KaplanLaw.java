package dev.tern.study.laws;

/**
 * L(N, D) = [(N_c/N)^(α_N/α_D) + D_c/D]^α_D (Kaplan et al., Scaling Laws for Neural Language Models, 2020, equation
 * 1.5). With tokens or parameters without end it becomes their power laws L(N) = (N_c/N)^α_N and L(D) = (D_c/D)^α_D.
 *
 * @param parameterScale N_c
 * @param tokenScale D_c
 * @param parameterExponent α_N
 * @param tokenExponent α_D
 */
public record KaplanLaw(double parameterScale, double tokenScale, double parameterExponent, double tokenExponent) {

  /** The loss of a model of N parameters after D tokens. */
  public double loss(double parameters, double tokens) {
    double ofParameters = Math.pow(parameterScale / parameters, parameterExponent / tokenExponent);
    return Math.pow(ofParameters + tokenScale / tokens, tokenExponent);
  }

  /** a in N* ∝ C^a where C = 6ND: both terms then shrink alike. */
  public double optimalExponent() {
    return tokenExponent / (parameterExponent + tokenExponent);
  }
}

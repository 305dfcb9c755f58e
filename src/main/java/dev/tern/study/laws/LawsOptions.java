package dev.tern.study.laws;

import java.util.List;
import java.util.Map;

/**
 * How a table is studied.
 *
 * @param columns chosen by the user instead of recognized
 * @param by columns whose values separate the rows into groups, each with its own law
 * @param dropHighest number of runs of the highest losses to leave out
 * @param delta Huber's δ; 0 for least absolute deviations
 * @param bootstrap for the intervals
 * @param omega embedding parameters per cube root of the others
 * @param budgets to plan for
 */
public record LawsOptions(
    Map<Role, String> columns,
    List<String> by,
    int dropHighest,
    double delta,
    Bootstrap bootstrap,
    double omega,
    List<Budget> budgets) {
  /** Hoffmann et al.'s δ. */
  public static final double CHINCHILLA_DELTA = 1e-3;

  /**
   * Compute to spend.
   *
   * @param compute FLOPs of training and serving together
   * @param served tokens to serve, or 0
   */
  public record Budget(double compute, double served) {}

  /** The given columns, and the defaults for everything else. */
  public static LawsOptions defaults() {
    return new LawsOptions(
        Map.of(), List.of(), 0, CHINCHILLA_DELTA, new Bootstrap(0, 0), EmbeddingCount.CHINCHILLA_OMEGA, List.of());
  }
}

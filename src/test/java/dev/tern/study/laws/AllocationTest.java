package dev.tern.study.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AllocationTest {
  private static final ParametricLaw LAW = SyntheticRuns.LAW;

  @Test
  void noOtherSplitOfTheComputeIsBetter() {
    Allocation best = Allocation.training(LAW, 1e22);
    assertEquals(1e22, 6 * best.parameters() * best.tokens(), 1e12);
    for (double factor : new double[] {0.5, 0.9, 0.99, 1.01, 1.1, 2}) {
      assertTrue(LAW.loss(best.parameters() * factor, best.tokens() / factor) > best.loss());
    }
  }

  @Test
  void servingIsPaidFromTheSameCompute() {
    Allocation best = Allocation.withServing(LAW, 1e22, 1e12);
    assertEquals(1, best.parameters() * (6 * best.tokens() + 2e12) / 1e22, 1e-9);
    for (double factor : new double[] {0.8, 0.99, 1.01, 1.2}) {
      double parameters = best.parameters() * factor;
      assertTrue(LAW.loss(parameters, (1e22 - 2e12 * parameters) / 6 / parameters) > best.loss());
    }
    assertTrue(best.parameters() < LAW.optimalParameters(1e22));
    Allocation hardly = Allocation.withServing(LAW, 1e22, 1);
    assertEquals(1, hardly.parameters() / LAW.optimalParameters(1e22), 1e-3);
  }

  /** More tokens than the compute can serve with a large model: a small one is left. */
  @Test
  void evenExtremeServingLeavesAModel() {
    Allocation best = Allocation.withServing(LAW, 1e20, 1e16);
    assertTrue(best.tokens() > 0 && Double.isFinite(best.loss()) && best.parameters() < 5e3);
  }

  @Test
  void theCheapestWayToALoss() {
    Allocation training = Allocation.training(LAW, 1e22);
    Allocation same = Allocation.cheapest(LAW, training.loss(), 0);
    assertEquals(1, same.compute() / 1e22, 1e-6);
    assertEquals(1, same.parameters() / training.parameters(), 1e-3);
    Allocation served = Allocation.cheapest(LAW, training.loss(), 1e13);
    assertEquals(training.loss(), LAW.loss(served.parameters(), served.tokens()), 1e-9);
    assertTrue(served.parameters() < training.parameters() && served.tokens() > training.tokens());
    assertTrue(served.compute() < training.computeServing(1e13));
    // The cheapest for what it serves and the best for what it costs are the same model.
    Allocation dual = Allocation.withServing(LAW, served.compute(), 1e13);
    assertEquals(1, dual.parameters() / served.parameters(), 1e-3);
  }

  /** Pearce and Song (2024) find 0.78 by simulation with these constants, on a grid of 20 sizes. */
  @Test
  void withoutEmbeddingsTheExponentIsKaplans() {
    ParametricLaw law = new ParametricLaw(1.8172, 482.01, 2085.43, 0.3478, 0.3658);
    EmbeddingCount count = EmbeddingCount.of(law, EmbeddingCount.CHINCHILLA_OMEGA);
    assertEquals(0.51, count.exponentWith(), 0.005);
    assertEquals(0.78, count.exponentWithout(), 0.02);
    assertEquals(count.exponentWith(), EmbeddingCount.of(law, 0).exponentWithout(), 1e-9);
  }

  /** The analytic optimum without embeddings, against a search along the curve of equal compute. */
  @Test
  void theComputeOfAnOptimum() {
    double compute = EmbeddingCount.computeOfOptimum(LAW, 47491, 1e8);
    double found =
        LeastSquares.minimum(
            logN -> {
              double n = Math.exp(logN);
              return LAW.loss(n + 47491 * Math.cbrt(n), compute / 6 / n);
            },
            Math.log(1e6),
            Math.log(1e10));
    assertEquals(Math.log(1e8), found, 1e-5);
  }
}

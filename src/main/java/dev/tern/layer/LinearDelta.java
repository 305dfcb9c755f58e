package dev.tern.layer;

import dev.tern.quant.Weights;

/**
 * How an adapter changes a linear {@code y = W·x + b}. With a weight w other than 1, w times the difference it makes is
 * added; the differences of several adapters add up.
 */
public sealed interface LinearDelta {
  /** {@code y += scale · up·(down·x)} (LoRA, Hu et al. 2021). */
  record LowRank(dev.tern.quant.LowRank weights, float scale) implements LinearDelta {}

  /**
   * {@code y = magnitude ⊙ (W·x + scale · up·(down·x)) + b} (DoRA, Liu et al. 2024, with magnitude divided by the norm
   * of the changed rows).
   *
   * @param down {@code [rank, in]}
   * @param up {@code [out, rank]}
   * @param magnitude {@code [out]}
   */
  record Decomposed(Weights down, Weights up, float scale, float[] magnitude) implements LinearDelta {}

  /** {@code y = factors ⊙ (W·x + b)} (IA³, Liu et al. 2022). */
  record OutputScale(float[] factors) implements LinearDelta {}

  /** {@code y = W·(factors ⊙ x) + b} (IA³ on feed-forwards). */
  record InputScale(float[] factors) implements LinearDelta {}

  /** A fully trained linear instead of the base's. */
  record Replacement(Linear linear) implements LinearDelta {}
}

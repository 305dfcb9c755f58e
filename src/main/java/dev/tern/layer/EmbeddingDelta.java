package dev.tern.layer;

import dev.tern.quant.Weights;

/** How an adapter changes the row of a token in the embedding. */
public sealed interface EmbeddingDelta {
  /**
   * {@code row(token) += scale · up·down(token)}.
   *
   * @param down {@code [vocabulary, rank]}: a row per token
   * @param up {@code [width, rank]}
   */
  record LowRank(Weights down, Weights up, float scale) implements EmbeddingDelta {}

  /** A fully trained embedding {@code [vocabulary, width]} instead of the base's. */
  record Replacement(Weights tokens) implements EmbeddingDelta {}
}

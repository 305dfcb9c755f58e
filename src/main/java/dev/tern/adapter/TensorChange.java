package dev.tern.adapter;

import dev.tern.quant.RowSource;

/** What an adapter does to one matrix of its base, in the base's order of rows and columns. */
public sealed interface TensorChange {
  /**
   * {@code W + scale · up·down}; with a magnitude, the rows of that are scaled to these lengths (DoRA).
   *
   * @param down {@code [rank, in]}
   * @param up {@code [out, rank]}
   * @param magnitude {@code [out]} or null
   */
  record LowRank(RowSource down, RowSource up, float scale, float[] magnitude) implements TensorChange {}

  /**
   * {@code E + scale · tokens·upᵀ} of an embedding {@code [vocabulary, width]}.
   *
   * @param tokens {@code [vocabulary, rank]}
   * @param up {@code [width, rank]}
   */
  record EmbeddingLowRank(RowSource tokens, RowSource up, float scale) implements TensorChange {}

  /** Row i of the matrix, and value i of the bias, times factor i. */
  record OutputScale(float[] factors) implements TensorChange {}

  /** Column i times factor i. */
  record InputScale(float[] factors) implements TensorChange {}

  /**
   * Another matrix of the same shape.
   *
   * @param bias another bias, or null for the base's
   */
  record Replacement(RowSource matrix, float[] bias) implements TensorChange {}
}

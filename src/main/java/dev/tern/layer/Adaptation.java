package dev.tern.layer;

/** A fine-tune kept beside the base weights: changes to some of the network's linears and perhaps its embedding. */
public interface Adaptation {
  /** The change to a linear, or null if it is left alone. Called per operation: must be quick. */
  LinearDelta delta(Linear linear);

  /** The change to the token embedding, or null. */
  EmbeddingDelta embedding();

  /** Keeps its memory alive until {@link #release}; an exception if it is gone. */
  void retain();

  void release();
}

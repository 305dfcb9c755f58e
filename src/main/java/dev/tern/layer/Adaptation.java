package dev.tern.layer;

/** A fine-tune kept beside the base weights: a change to some of the network's linears. */
public interface Adaptation {
  /** The change to a linear, or null if it is left alone. */
  LinearDelta delta(Linear linear);
}

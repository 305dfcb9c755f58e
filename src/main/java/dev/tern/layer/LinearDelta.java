package dev.tern.layer;

import dev.tern.tensor.Activations;

/** What an adapter adds to the output of a linear. */
public interface LinearDelta {
  /**
   * Changes rows {@code row … row + count} of {@code out}, which hold the base's {@code W·x + b}.
   *
   * @param weight strength of the adapter
   */
  void apply(Pass pass, Activations in, Activations out, int row, int count, float weight);
}

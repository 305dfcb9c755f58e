package dev.tern.layer;

import dev.tern.tensor.Activations;

/** Sees what linears are given, before they compute: calibration counts on it. */
@FunctionalInterface
public interface LinearObserver {
  /** Rows {@code row … row + count} of {@code in} go through {@code linear}. */
  void observe(Linear linear, Activations in, int row, int count);
}

package dev.tern.kernel;

/** What matrix kernels do with activations before they multiply. */
public enum ActivationPrecision {
  /** Nothing: exact. */
  F32,
  /** Rounds them to 8 bits with a scale per row and 32 columns, for layouts where that is faster. */
  INT8
}

package dev.tern.kernel;

/** Elementwise non-linearities. */
public enum Activation {
  SILU,
  /** Gaussian error linear unit with the error function. */
  GELU,
  /** GELU approximated by tanh. */
  GELU_TANH,
  RELU,
  /** max(0, x)². */
  RELU_SQUARED,
  SIGMOID,
  TANH,
  SOFTPLUS,
  IDENTITY
}

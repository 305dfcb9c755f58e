package dev.tern.kernel;

import dev.tern.tensor.Activations;

/** Operations on rows of activations: norms, gates, rotary embedding. In place where an output equals an input. */
public interface VectorKernels {
  /** {@code out = in / rms(in) · weight}, row by row; {@code weight} may be null (no scale). */
  void rmsNorm(Activations in, float[] weight, float eps, Activations out);

  /**
   * RMS norm of each of {@code groups} equal parts of every row; {@code weight} covers one group (shared by all), the
   * whole row, or is null.
   */
  void rmsNormGroups(Activations in, int groups, float[] weight, float eps, Activations out);

  /** Layer norm of every row; {@code weight} and {@code bias} may be null. */
  void layerNorm(Activations in, float[] weight, float[] bias, float eps, Activations out);

  /** {@code x += scale · y}. */
  void add(Activations x, Activations y, float scale);

  /** Adds a bias to every row. */
  void addBias(Activations x, float[] bias);

  void scale(Activations x, float factor);

  /** {@code x = activation(x)}. */
  void activate(Activation activation, Activations x);

  /** {@code out = activation(gate) ⊙ up}. */
  void gate(Activation activation, Activations gate, Activations up, Activations out);

  /** {@code x = cap · tanh(x / cap)}. */
  void softCap(Activations x, float cap);

  /**
   * Rotary position embedding of the first {@code angles.width()} values of each head ({@code x.width() / heads} wide).
   *
   * @param angles a row per row of x: cosines in the first half, sines in the second
   * @param interleaved whether value pairs are (2i, 2i+1); otherwise (i, i + rotated/2)
   */
  void rope(Activations x, int heads, Activations angles, boolean interleaved);

  /** Softmax over the first {@code width} values from {@code at}, in place. */
  void softmax(float[] values, int at, int width);
}

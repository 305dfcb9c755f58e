package dev.tern.kernel;

import dev.tern.tensor.Activations;

/** Row operations around recurrent mixers: norms per head, gates, decays. In place where an output equals an input. */
public interface GatingKernels {
  /** {@code x = scale · x / sqrt(Σx² + eps)} for each of {@code heads} neighbouring parts of {@code width} columns. */
  void l2Norm(Columns x, int heads, int width, float eps, float scale);

  /** {@code x = norm(x, gate)}; the gate has as many columns as x. */
  void gatedNorm(GatedNorm norm, Activations x, Columns gate);

  /** Layer norm of each of {@code groups} parts of every row; {@code weight} and {@code bias} cover the row. */
  void layerNormGroups(Activations x, int groups, float[] weight, float[] bias, float eps);

  /** {@code out = min(max(softplus(in + bias), low), high)} for {@code bias.length} columns. */
  void timeStep(Columns in, float[] bias, float low, float high, Activations out);

  /**
   * {@code out = exp(rate · in)}.
   *
   * @param rates each covers {@code in.width() / rates.length} neighbouring columns
   */
  void decay(Activations in, float[] rates, Activations out);

  /** {@code out = x ⊙ y} for {@code width} columns. */
  void multiply(Columns x, Columns y, int width, Columns out);

  /** {@code out = x ⊙ weight}, with one weight per column. */
  void scale(Activations x, float[] weight, Activations out);

  /** {@code out = x + (y − x) ⊙ weight}, with one weight per column. */
  void interpolate(Activations x, Activations y, float[] weight, Activations out);

  /** {@code out = x + (y − x) ⊙ weights}. */
  void interpolate(Activations x, Activations y, Activations weights, Activations out);

  /**
   * {@code out += x ⊙ factor}.
   *
   * @param factors each covers {@code out.width() / factors.length} neighbouring columns
   */
  void addScaled(Columns x, float[] factors, Activations out);

  /** Adds {@code v · Σ(r ⊙ k ⊙ weight)} of each head to {@code out} (the bonus of RWKV); weight covers a row. */
  void addBonus(Activations r, Activations k, Activations v, float[] weight, int heads, Activations out);
}

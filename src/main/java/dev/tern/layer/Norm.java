package dev.tern.layer;

import dev.tern.tensor.Activations;

/** Normalisation of rows. */
public sealed interface Norm {
  /** {@code out = norm(in)}; the two may be the same. */
  void apply(Pass pass, Activations in, Activations out);

  /** Root mean square norm (Zhang and Sennrich 2019); {@code weight} may be null. */
  record Rms(float[] weight, float eps) implements Norm {
    @Override
    public void apply(Pass pass, Activations in, Activations out) {
      pass.kernels().vector().rmsNorm(in, weight, eps, out.resize(in.rows(), in.width()));
    }
  }

  /** RMS norm of each of {@code groups} parts of a row, as for the heads of queries and keys. */
  record GroupRms(int groups, float[] weight, float eps) implements Norm {
    @Override
    public void apply(Pass pass, Activations in, Activations out) {
      pass.kernels().vector().rmsNormGroups(in, groups, weight, eps, out.resize(in.rows(), in.width()));
    }
  }

  /** Layer norm (Ba et al. 2016); {@code weight} and {@code bias} may be null. */
  record Layer(float[] weight, float[] bias, float eps) implements Norm {
    @Override
    public void apply(Pass pass, Activations in, Activations out) {
      pass.kernels().vector().layerNorm(in, weight, bias, eps, out.resize(in.rows(), in.width()));
    }
  }
}

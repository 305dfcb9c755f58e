package dev.tern.kernel.simd;

import dev.tern.kernel.Activation;
import dev.tern.kernel.Columns;
import dev.tern.kernel.GatedNorm;
import dev.tern.kernel.GatingKernels;
import dev.tern.kernel.WorkerPool;
import dev.tern.tensor.Activations;

/** Gates and norms with the Vector API. One operation at a time; allocates nothing. */
public final class SimdGatingKernels implements GatingKernels {
  private final RowTasks tasks;

  public SimdGatingKernels(WorkerPool pool) {
    tasks = new RowTasks(pool);
  }

  @Override
  public void l2Norm(Columns x, int heads, int width, float eps, float scale) {
    tasks.l2Norm.set(x, heads, width, eps, scale);
    tasks.run(tasks.l2Norm, x.rows().rows(), heads * width);
  }

  @Override
  public void gatedNorm(GatedNorm norm, Activations x, Columns gate) {
    if (norm.activation() != Activation.SILU && norm.activation() != Activation.SIGMOID) {
      throw new IllegalArgumentException("gated norm with activation " + norm.activation());
    }
    tasks.gatedNorm.set(norm, x, gate);
    tasks.run(tasks.gatedNorm, x.rows(), x.width());
  }

  @Override
  public void layerNormGroups(Activations x, int groups, float[] weight, float[] bias, float eps) {
    int width = x.width() / groups;
    for (int part = 0; part < x.rows() * groups; part++) {
      int at = part * width;
      int column = part % groups * width;
      float mean = RowSums.sum(x.data(), at, width) / width;
      float factor = (float) (1 / Math.sqrt(RowSums.squares(x.data(), at, width, mean) / width + eps));
      float[] data = x.data();
      for (int i = 0; i < width; i++) {
        data[at + i] = (data[at + i] - mean) * factor * weight[column + i] + bias[column + i];
      }
    }
  }

  @Override
  public void timeStep(Columns in, float[] bias, float low, float high, Activations out) {
    out.resize(in.rows().rows(), bias.length);
    tasks.timeStep.set(in, bias, low, high, out);
    tasks.run(tasks.timeStep, out.rows(), bias.length);
  }

  @Override
  public void decay(Activations in, float[] rates, Activations out) {
    out.resize(in.rows(), in.width());
    tasks.decay.set(in, rates, out);
    tasks.run(tasks.decay, in.rows(), in.width());
  }

  @Override
  public void multiply(Columns x, Columns y, int width, Columns out) {
    for (int row = 0; row < x.rows().rows(); row++) {
      multiply(x.data(), x.at(row), y.data(), y.at(row), width, out.data(), out.at(row));
    }
  }

  private static void multiply(float[] x, int xAt, float[] y, int yAt, int width, float[] out, int at) {
    for (int i = 0; i < width; i++) {
      out[at + i] = x[xAt + i] * y[yAt + i];
    }
  }

  @Override
  public void scale(Activations x, float[] weight, Activations out) {
    out.resize(x.rows(), x.width());
    for (int row = 0; row < x.rows(); row++) {
      multiply(x.data(), x.offset(row), weight, 0, x.width(), out.data(), out.offset(row));
    }
  }

  @Override
  public void interpolate(Activations x, Activations y, float[] weight, Activations out) {
    out.resize(x.rows(), x.width());
    for (int row = 0; row < x.rows(); row++) {
      interpolate(x.data(), y.data(), x.offset(row), weight, 0, x.width(), out.data());
    }
  }

  @Override
  public void interpolate(Activations x, Activations y, Activations weights, Activations out) {
    out.resize(x.rows(), x.width());
    interpolate(x.data(), y.data(), 0, weights.data(), 0, x.rows() * x.width(), out.data());
  }

  private static void interpolate(float[] x, float[] y, int at, float[] weights, int weightAt, int width, float[] out) {
    for (int i = 0; i < width; i++) {
      out[at + i] = x[at + i] + (y[at + i] - x[at + i]) * weights[weightAt + i];
    }
  }

  @Override
  public void addScaled(Columns x, float[] factors, Activations out) {
    int each = out.width() / factors.length;
    for (int row = 0; row < out.rows(); row++) {
      for (int part = 0; part < factors.length; part++) {
        int at = part * each;
        addScaled(out.data(), out.offset(row) + at, x.data(), x.at(row) + at, factors[part], each);
      }
    }
  }

  private static void addScaled(float[] out, int at, float[] x, int xAt, float factor, int width) {
    for (int i = 0; i < width; i++) {
      out[at + i] += factor * x[xAt + i];
    }
  }

  @Override
  public void addBonus(Activations r, Activations k, Activations v, float[] weight, int heads, Activations out) {
    int width = out.width() / heads;
    for (int part = 0; part < out.rows() * heads; part++) {
      int at = part * width;
      float bonus = RowSums.product(r.data(), k.data(), at, weight, part % heads * width, width);
      addScaled(out.data(), at, v.data(), at, bonus, width);
    }
  }
}

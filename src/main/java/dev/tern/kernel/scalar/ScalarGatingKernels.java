package dev.tern.kernel.scalar;

import dev.tern.kernel.Activation;
import dev.tern.kernel.Columns;
import dev.tern.kernel.GatedNorm;
import dev.tern.kernel.GatingKernels;
import dev.tern.tensor.Activations;

/** The definitions in double precision: the oracle of the fast kernels. */
public final class ScalarGatingKernels implements GatingKernels {
  @Override
  public void l2Norm(Columns x, int heads, int width, float eps, float scale) {
    for (int row = 0; row < x.rows().rows(); row++) {
      for (int head = 0; head < heads; head++) {
        int at = x.at(row) + head * width;
        double factor = scale / Math.sqrt(squares(x.data(), at, width) + eps);
        for (int i = at; i < at + width; i++) {
          x.data()[i] = (float) (x.data()[i] * factor);
        }
      }
    }
  }

  private static double squares(float[] values, int at, int width) {
    double sum = 0;
    for (int i = at; i < at + width; i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }

  @Override
  public void gatedNorm(GatedNorm norm, Activations x, Columns gate) {
    for (int row = 0; row < x.rows(); row++) {
      if (norm.gateFirst() || norm.groups() == 0) {
        gate(norm.activation(), x, gate, row);
      }
      for (int group = 0; group < norm.groups(); group++) {
        int width = x.width() / norm.groups();
        rmsNorm(norm, x, x.offset(row) + group * width, group * width, width);
      }
      if (!norm.gateFirst() && norm.groups() > 0) {
        gate(norm.activation(), x, gate, row);
      }
    }
  }

  private static void gate(Activation activation, Activations x, Columns gate, int row) {
    for (int i = 0; i < x.width(); i++) {
      double z = gate.data()[gate.at(row) + i];
      double factor =
          switch (activation) {
            case SILU -> z / (1 + Math.exp(-z));
            case SIGMOID -> 1 / (1 + Math.exp(-z));
            case IDENTITY -> z;
            default -> throw new IllegalArgumentException("gated norm with activation " + activation);
          };
      x.data()[x.offset(row) + i] *= (float) factor;
    }
  }

  private static void rmsNorm(GatedNorm norm, Activations x, int at, int column, int width) {
    double factor = 1 / Math.sqrt(squares(x.data(), at, width) / width + norm.eps());
    float[] weight = norm.weight();
    for (int i = 0; i < width; i++) {
      double scale = weight == null ? 1 : weight[(column + i) % weight.length];
      x.data()[at + i] = (float) (x.data()[at + i] * factor * scale);
    }
  }

  @Override
  public void layerNormGroups(Activations x, int groups, float[] weight, float[] bias, float eps) {
    int width = x.width() / groups;
    for (int part = 0; part < x.rows() * groups; part++) {
      int at = part * width;
      double mean = 0;
      for (int i = at; i < at + width; i++) {
        mean += (double) x.data()[i] / width;
      }
      double variance = 0;
      for (int i = at; i < at + width; i++) {
        variance += (x.data()[i] - mean) * (x.data()[i] - mean) / width;
      }
      for (int i = at; i < at + width; i++) {
        int column = i % x.width();
        x.data()[i] = (float) ((x.data()[i] - mean) / Math.sqrt(variance + eps) * weight[column] + bias[column]);
      }
    }
  }

  @Override
  public void timeStep(Columns in, float[] bias, float low, float high, Activations out) {
    out.resize(in.rows().rows(), bias.length);
    for (int row = 0; row < out.rows(); row++) {
      for (int i = 0; i < bias.length; i++) {
        double x = (double) in.data()[in.at(row) + i] + bias[i];
        double softplus = Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
        out.data()[out.offset(row) + i] = (float) Math.min(Math.max(softplus, low), high);
      }
    }
  }

  @Override
  public void decay(Activations in, float[] rates, Activations out) {
    int width = in.width();
    int each = width / rates.length;
    out.resize(in.rows(), width);
    for (int i = 0; i < in.rows() * width; i++) {
      out.data()[i] = (float) Math.exp((double) rates[i % width / each] * in.data()[i]);
    }
  }

  @Override
  public void multiply(Columns x, Columns y, int width, Columns out) {
    for (int row = 0; row < x.rows().rows(); row++) {
      for (int i = 0; i < width; i++) {
        out.data()[out.at(row) + i] = x.data()[x.at(row) + i] * y.data()[y.at(row) + i];
      }
    }
  }

  @Override
  public void scale(Activations x, float[] weight, Activations out) {
    out.resize(x.rows(), x.width());
    for (int i = 0; i < x.rows() * x.width(); i++) {
      out.data()[i] = x.data()[i] * weight[i % x.width()];
    }
  }

  @Override
  public void interpolate(Activations x, Activations y, float[] weight, Activations out) {
    out.resize(x.rows(), x.width());
    for (int i = 0; i < x.rows() * x.width(); i++) {
      out.data()[i] = (float) (x.data()[i] + ((double) y.data()[i] - x.data()[i]) * weight[i % x.width()]);
    }
  }

  @Override
  public void interpolate(Activations x, Activations y, Activations weights, Activations out) {
    out.resize(x.rows(), x.width());
    for (int i = 0; i < x.rows() * x.width(); i++) {
      out.data()[i] = (float) (x.data()[i] + ((double) y.data()[i] - x.data()[i]) * weights.data()[i]);
    }
  }

  @Override
  public void addScaled(Columns x, float[] factors, Activations out) {
    int each = out.width() / factors.length;
    for (int row = 0; row < out.rows(); row++) {
      for (int i = 0; i < out.width(); i++) {
        out.data()[out.offset(row) + i] += factors[i / each] * x.data()[x.at(row) + i];
      }
    }
  }

  @Override
  public void addBonus(Activations r, Activations k, Activations v, float[] weight, int heads, Activations out) {
    int width = out.width() / heads;
    for (int part = 0; part < out.rows() * heads; part++) {
      double bonus = 0;
      for (int i = part * width; i < (part + 1) * width; i++) {
        bonus += (double) r.data()[i] * k.data()[i] * weight[i % out.width()];
      }
      for (int i = part * width; i < (part + 1) * width; i++) {
        out.data()[i] += (float) (bonus * v.data()[i]);
      }
    }
  }
}

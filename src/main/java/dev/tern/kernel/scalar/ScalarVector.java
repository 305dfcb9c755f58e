package dev.tern.kernel.scalar;

import dev.tern.kernel.Activation;
import dev.tern.kernel.VectorKernels;
import dev.tern.tensor.Activations;

/** Row operations in plain loops: the oracle. */
public final class ScalarVector implements VectorKernels {
  @Override
  public void rmsNorm(Activations in, float[] weight, float eps, Activations out) {
    rmsNormGroups(in, 1, weight, eps, out);
  }

  @Override
  public void rmsNormGroups(Activations in, int groups, float[] weight, float eps, Activations out) {
    int size = in.width() / groups;
    for (int part = 0; part < in.rows() * groups; part++) {
      int at = part * size;
      int weightAt = weight == null || weight.length == size ? 0 : (part % groups) * size;
      double squares = 0;
      for (int i = at; i < at + size; i++) {
        squares += (double) in.data()[i] * in.data()[i];
      }
      float factor = (float) (1 / Math.sqrt(squares / size + eps));
      for (int i = 0; i < size; i++) {
        float normed = in.data()[at + i] * factor;
        out.data()[at + i] = weight == null ? normed : normed * weight[weightAt + i];
      }
    }
  }

  @Override
  public void layerNorm(Activations in, float[] weight, float[] bias, float eps, Activations out) {
    for (int row = 0; row < in.rows(); row++) {
      int at = in.offset(row);
      double sum = 0;
      double squares = 0;
      for (int i = at; i < at + in.width(); i++) {
        sum += in.data()[i];
      }
      double mean = sum / in.width();
      for (int i = at; i < at + in.width(); i++) {
        squares += (in.data()[i] - mean) * (in.data()[i] - mean);
      }
      double factor = 1 / Math.sqrt(squares / in.width() + eps);
      for (int i = 0; i < in.width(); i++) {
        double normed = (in.data()[at + i] - mean) * factor;
        out.data()[at + i] = (float) (normed * (weight == null ? 1 : weight[i]) + (bias == null ? 0 : bias[i]));
      }
    }
  }

  @Override
  public void add(Activations x, Activations y, float scale) {
    for (int i = 0; i < x.rows() * x.width(); i++) {
      x.data()[i] += scale * y.data()[i];
    }
  }

  @Override
  public void addBias(Activations x, float[] bias) {
    for (int i = 0; i < x.rows() * x.width(); i++) {
      x.data()[i] += bias[i % x.width()];
    }
  }

  @Override
  public void scale(Activations x, float factor) {
    for (int i = 0; i < x.rows() * x.width(); i++) {
      x.data()[i] *= factor;
    }
  }

  @Override
  public void activate(Activation activation, Activations x) {
    for (int i = 0; i < x.rows() * x.width(); i++) {
      x.data()[i] = (float) value(activation, x.data()[i]);
    }
  }

  @Override
  public void gate(Activation activation, Activations gate, Activations up, Activations out) {
    for (int i = 0; i < up.rows() * up.width(); i++) {
      out.data()[i] = (float) (value(activation, gate.data()[i]) * up.data()[i]);
    }
  }

  @Override
  public void softCap(Activations x, float cap) {
    for (int i = 0; i < x.rows() * x.width(); i++) {
      x.data()[i] = (float) (cap * Math.tanh(x.data()[i] / cap));
    }
  }

  @Override
  public void rope(Activations x, int heads, Activations angles, boolean interleaved) {
    int pairs = angles.width() / 2;
    int headWidth = x.width() / heads;
    for (int row = 0; row < x.rows(); row++) {
      for (int head = 0; head < heads; head++) {
        int at = x.offset(row) + head * headWidth;
        for (int i = 0; i < pairs; i++) {
          int first = at + (interleaved ? 2 * i : i);
          int second = at + (interleaved ? 2 * i + 1 : i + pairs);
          float cos = angles.data()[angles.offset(row) + i];
          float sin = angles.data()[angles.offset(row) + pairs + i];
          float a = x.data()[first];
          float b = x.data()[second];
          x.data()[first] = a * cos - b * sin;
          x.data()[second] = a * sin + b * cos;
        }
      }
    }
  }

  @Override
  public void softmax(float[] values, int at, int width) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = at; i < at + width; i++) {
      max = Math.max(max, values[i]);
    }
    double sum = 0;
    for (int i = at; i < at + width; i++) {
      sum += Math.exp(values[i] - max);
    }
    for (int i = at; i < at + width; i++) {
      values[i] = (float) (Math.exp(values[i] - max) / sum);
    }
  }

  private static double value(Activation activation, double x) {
    return switch (activation) {
      case SILU -> x / (1 + Math.exp(-x));
      case GELU -> 0.5 * x * (1 + erf(x / Math.sqrt(2)));
      case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case RELU -> Math.max(0, x);
      case RELU_SQUARED -> Math.max(0, x) * Math.max(0, x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case IDENTITY -> x;
    };
  }

  /** The series of the error function below 3, its continued fraction above; accurate to double rounding. */
  private static double erf(double x) {
    double magnitude = Math.abs(x);
    double square = x * x;
    if (magnitude < 3) {
      double term = magnitude;
      double sum = term;
      for (int n = 1; Math.abs(term) > 1e-17 * sum; n++) {
        term *= 2 * square / (2 * n + 1);
        sum += term;
      }
      return Math.signum(x) * 2 / Math.sqrt(Math.PI) * Math.exp(-square) * sum;
    }
    double fraction = 0;
    for (int n = 60; n > 0; n--) {
      fraction = n / 2.0 / (magnitude + fraction);
    }
    return Math.signum(x) * (1 - Math.exp(-square) / ((magnitude + fraction) * Math.sqrt(Math.PI)));
  }
}

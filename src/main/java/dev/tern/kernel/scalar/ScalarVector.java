package dev.tern.kernel.scalar;

import dev.tern.kernel.Activation;
import dev.tern.kernel.RowShapes;
import dev.tern.kernel.VectorKernels;
import dev.tern.tensor.Activations;

/** The oracle of the vector kernels: plain loops that sum in double. */
public final class ScalarVector implements VectorKernels {
  @Override
  public void rmsNorm(Activations in, float[] weight, float eps, Activations out) {
    rmsNormGroups(in, 1, weight, eps, out);
  }

  @Override
  public void rmsNormGroups(Activations in, int groups, float[] weight, float eps, Activations out) {
    RowShapes.requireSame("norm", in, out);
    RowShapes.requireGroups(in, groups, weight);
    int width = in.width() / groups;
    for (int group = 0; group < in.rows() * groups; group++) {
      int at = group * width;
      int weightAt = weight != null && weight.length > width ? group % groups * width : 0;
      double scale = 1 / Math.sqrt(sumOfSquares(in.data(), at, width) / width + eps);
      for (int i = 0; i < width; i++) {
        double value = in.data()[at + i] * scale;
        out.data()[at + i] = (float) (weight == null ? value : value * weight[weightAt + i]);
      }
    }
  }

  /** Sum in double of the squares of {@code width} values. */
  public static double sumOfSquares(float[] values, int at, int width) {
    double sum = 0;
    for (int i = at; i < at + width; i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }

  @Override
  public void layerNorm(Activations in, float[] weight, float[] bias, float eps, Activations out) {
    RowShapes.requireSame("norm", in, out);
    RowShapes.requireColumns("weight", weight, in.width());
    RowShapes.requireColumns("bias", bias, in.width());
    for (int row = 0; row < in.rows(); row++) {
      layerNormRow(in.data(), in.offset(row), in.width(), weight, bias, eps, out.data());
    }
  }

  private static void layerNormRow(
      float[] in, int at, int width, float[] weight, float[] bias, float eps, float[] out) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += in[at + i];
    }
    double mean = sum / width;
    double squares = 0;
    for (int i = 0; i < width; i++) {
      squares += (in[at + i] - mean) * (in[at + i] - mean);
    }
    double scale = 1 / Math.sqrt(squares / width + eps);
    for (int i = 0; i < width; i++) {
      double value = (in[at + i] - mean) * scale;
      value = weight == null ? value : value * weight[i];
      out[at + i] = (float) (bias == null ? value : value + bias[i]);
    }
  }

  @Override
  public void add(Activations x, Activations y, float scale) {
    RowShapes.requireSame("add", x, y);
    for (int i = 0; i < x.rows() * x.width(); i++) {
      x.data()[i] = Math.fma(y.data()[i], scale, x.data()[i]);
    }
  }

  @Override
  public void addBias(Activations x, float[] bias) {
    RowShapes.requireColumns("bias", bias, x.width());
    for (int row = 0; row < x.rows(); row++) {
      for (int i = 0; i < bias.length; i++) {
        x.data()[x.offset(row) + i] += bias[i];
      }
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
      x.data()[i] = ScalarActivation.apply(activation, x.data()[i]);
    }
  }

  @Override
  public void gate(Activation activation, Activations gate, Activations up, Activations out) {
    RowShapes.requireSame("gate", gate, up);
    RowShapes.requireSame("gate", gate, out);
    for (int i = 0; i < gate.rows() * gate.width(); i++) {
      out.data()[i] = ScalarActivation.apply(activation, gate.data()[i]) * up.data()[i];
    }
  }

  @Override
  public void softCap(Activations x, float cap) {
    for (int i = 0; i < x.rows() * x.width(); i++) {
      x.data()[i] = (float) (cap * Math.tanh((double) x.data()[i] / cap));
    }
  }

  @Override
  public void rope(Activations x, int heads, Activations angles, boolean interleaved) {
    RowShapes.requireRotation(x, heads, angles);
    int head = x.width() / heads;
    int pairs = angles.width() / 2;
    for (int row = 0; row < x.rows(); row++) {
      for (int at = x.offset(row); at < x.offset(row + 1); at += head) {
        for (int i = 0; i < pairs; i++) {
          int first = interleaved ? at + 2 * i : at + i;
          int second = interleaved ? first + 1 : first + pairs;
          rotate(x.data(), first, second, angles.data(), angles.offset(row) + i, pairs);
        }
      }
    }
  }

  /** Rotates the pair at {@code first}, {@code second} by the cosine at {@code angle} and the sine behind it. */
  public static void rotate(float[] x, int first, int second, float[] angles, int angle, int sineShift) {
    float cos = angles[angle];
    float sin = angles[angle + sineShift];
    float a = x[first];
    float b = x[second];
    x[first] = a * cos - b * sin;
    x[second] = b * cos + a * sin;
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
}

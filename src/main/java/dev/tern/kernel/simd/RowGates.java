package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import jdk.incubator.vector.FloatVector;

/** Loops with exponentials over part of a row. */
final class RowGates {
  private RowGates() {}

  /** {@code out = x / (1 + exp(−x))}. */
  static void silu(float[] x, int width, float[] out, int at) {
    int i = 0;
    for (; i <= width - L; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, i);
      v.mul(VectorMath.sigmoid(v)).intoArray(out, at + i);
    }
    for (; i < width; i++) {
      out[at + i] = (float) (x[i] / (1 + Math.exp(-x[i])));
    }
  }

  /** {@code x = x · z / (1 + exp(−z))}. */
  static void multiplySilu(float[] x, int at, float[] gate, int gateAt, int width) {
    int i = 0;
    for (; i <= width - L; i += L) {
      FloatVector z = FloatVector.fromArray(F, gate, gateAt + i);
      FloatVector silu = z.mul(VectorMath.sigmoid(z));
      FloatVector.fromArray(F, x, at + i).mul(silu).intoArray(x, at + i);
    }
    for (; i < width; i++) {
      double z = gate[gateAt + i];
      x[at + i] = (float) (x[at + i] * (z / (1 + Math.exp(-z))));
    }
  }

  /** {@code x = x / (1 + exp(−z))}. */
  static void multiplySigmoid(float[] x, int at, float[] gate, int gateAt, int width) {
    int i = 0;
    for (; i <= width - L; i += L) {
      FloatVector z = FloatVector.fromArray(F, gate, gateAt + i);
      FloatVector v = FloatVector.fromArray(F, x, at + i);
      v.mul(VectorMath.sigmoid(z)).intoArray(x, at + i);
    }
    for (; i < width; i++) {
      x[at + i] = (float) (x[at + i] / (1 + Math.exp(-gate[gateAt + i])));
    }
  }

  /** {@code out = min(max(log(1 + exp(x + bias)), low), high)} for all biases. */
  static void softplus(float[] x, int at, float[] bias, float low, float high, float[] out, int outAt) {
    int i = 0;
    for (; i <= bias.length - L; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, at + i).add(FloatVector.fromArray(F, bias, i));
      VectorMath.softplus(v).max(low).min(high).intoArray(out, outAt + i);
    }
    for (; i < bias.length; i++) {
      float v = x[at + i] + bias[i];
      float softplus = (float) (Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))));
      out[outAt + i] = Math.min(Math.max(softplus, low), high);
    }
  }

  /** {@code out = exp(rate · x)}. */
  static void exp(float[] x, int at, float rate, int width, float[] out, int outAt) {
    int i = 0;
    for (; i <= width - L; i += L) {
      VectorMath.exp(FloatVector.fromArray(F, x, at + i).mul(rate)).intoArray(out, outAt + i);
    }
    for (; i < width; i++) {
      out[outAt + i] = (float) Math.exp(rate * x[at + i]);
    }
  }

  /** {@code out = exp(rates ⊙ x)} for all rates. */
  static void exp(float[] x, int at, float[] rates, float[] out, int outAt) {
    int i = 0;
    for (; i <= rates.length - L; i += L) {
      FloatVector rate = FloatVector.fromArray(F, rates, i);
      FloatVector v = FloatVector.fromArray(F, x, at + i);
      VectorMath.exp(v.mul(rate)).intoArray(out, outAt + i);
    }
    for (; i < rates.length; i++) {
      out[outAt + i] = (float) Math.exp(rates[i] * x[at + i]);
    }
  }
}

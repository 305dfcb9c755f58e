package dev.tern.kernel.simd;

import static dev.tern.kernel.scalar.PlainMath.VANISHED;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.tern.kernel.Activation;
import dev.tern.kernel.scalar.PlainRows;
import dev.tern.kernel.scalar.ScalarActivation;
import jdk.incubator.vector.FloatVector;

/**
 * {@code out = activation(in) ⊙ up} for the values {@code at … to}, {@code up} may be null: a loop for each activation,
 * because a loop shared by several would be compiled for none. The loops return where they stopped, less than a vector
 * before the end.
 */
final class ActivationLoops {
  private static final float GELU_TANH_LINEAR = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float GELU_TANH_CUBIC = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);

  private ActivationLoops() {}

  static void run(Activation activation, float[] in, float[] up, float[] out, int at, int to) {
    int i =
        switch (activation) {
          case SILU -> silu(in, up, out, at, to);
          case GELU -> gelu(in, up, out, at, to);
          case GELU_TANH -> geluTanh(in, up, out, at, to);
          case RELU -> relu(in, up, out, at, to);
          case RELU_SQUARED -> reluSquared(in, up, out, at, to);
          case SIGMOID -> sigmoid(in, up, out, at, to);
          case TANH -> tanh(in, up, out, at, to);
          case SOFTPLUS -> softplus(in, up, out, at, to);
          case IDENTITY -> identity(in, up, out, at, to);
        };
    for (; i < to; i++) {
      float value = ScalarActivation.apply(activation, in[i]);
      out[i] = up == null ? value : value * up[i];
    }
  }

  private static int silu(float[] in, float[] up, float[] out, int at, int to) {
    int done = ColdStart.isCold(to - at) ? at : siluVectors(in, up, out, at, to);
    PlainRows.silu(in, up, out, done, to);
    return to;
  }

  private static int siluVectors(float[] in, float[] up, float[] out, int at, int to) {
    int i = at;
    for (; i <= to - L; i += L) {
      FloatVector x = FloatVector.fromArray(F, in, i);
      FloatVector factor = x.blend(VANISHED, x.compare(LT, VANISHED));
      FloatVector y = VectorMath.sigmoid(x).mul(factor);
      (up == null ? y : y.mul(FloatVector.fromArray(F, up, i))).intoArray(out, i);
    }
    return i;
  }

  private static int gelu(float[] in, float[] up, float[] out, int at, int to) {
    int i = at;
    for (; i <= to - L; i += L) {
      FloatVector x = FloatVector.fromArray(F, in, i);
      FloatVector factor = x.blend(VANISHED, x.compare(LT, VANISHED));
      FloatVector y = VectorMath.normal(x).mul(factor);
      (up == null ? y : y.mul(FloatVector.fromArray(F, up, i))).intoArray(out, i);
    }
    return i;
  }

  /** x/2 · (1 + tanh(s/2)) = x · sigmoid(s). */
  private static int geluTanh(float[] in, float[] up, float[] out, int at, int to) {
    int i = at;
    for (; i <= to - L; i += L) {
      FloatVector x = FloatVector.fromArray(F, in, i);
      FloatVector factor = x.blend(VANISHED, x.compare(LT, VANISHED));
      FloatVector s = x.mul(x).fma(GELU_TANH_CUBIC, GELU_TANH_LINEAR).mul(x);
      FloatVector y = VectorMath.sigmoid(s).mul(factor);
      (up == null ? y : y.mul(FloatVector.fromArray(F, up, i))).intoArray(out, i);
    }
    return i;
  }

  private static int relu(float[] in, float[] up, float[] out, int at, int to) {
    int i = at;
    for (; i <= to - L; i += L) {
      FloatVector x = FloatVector.fromArray(F, in, i);
      FloatVector y = x.blend(0f, x.compare(LT, 0f));
      (up == null ? y : y.mul(FloatVector.fromArray(F, up, i))).intoArray(out, i);
    }
    return i;
  }

  private static int reluSquared(float[] in, float[] up, float[] out, int at, int to) {
    int i = at;
    for (; i <= to - L; i += L) {
      FloatVector x = FloatVector.fromArray(F, in, i);
      FloatVector positive = x.blend(0f, x.compare(LT, 0f));
      FloatVector y = positive.mul(positive);
      (up == null ? y : y.mul(FloatVector.fromArray(F, up, i))).intoArray(out, i);
    }
    return i;
  }

  private static int sigmoid(float[] in, float[] up, float[] out, int at, int to) {
    int i = at;
    for (; i <= to - L; i += L) {
      FloatVector y = VectorMath.sigmoid(FloatVector.fromArray(F, in, i));
      (up == null ? y : y.mul(FloatVector.fromArray(F, up, i))).intoArray(out, i);
    }
    return i;
  }

  private static int tanh(float[] in, float[] up, float[] out, int at, int to) {
    int i = at;
    for (; i <= to - L; i += L) {
      FloatVector y = VectorMath.tanh(FloatVector.fromArray(F, in, i));
      (up == null ? y : y.mul(FloatVector.fromArray(F, up, i))).intoArray(out, i);
    }
    return i;
  }

  private static int softplus(float[] in, float[] up, float[] out, int at, int to) {
    int i = at;
    for (; i <= to - L; i += L) {
      FloatVector y = VectorMath.softplus(FloatVector.fromArray(F, in, i));
      (up == null ? y : y.mul(FloatVector.fromArray(F, up, i))).intoArray(out, i);
    }
    return i;
  }

  private static int identity(float[] in, float[] up, float[] out, int at, int to) {
    int i = at;
    for (; i <= to - L; i += L) {
      FloatVector y = FloatVector.fromArray(F, in, i);
      (up == null ? y : y.mul(FloatVector.fromArray(F, up, i))).intoArray(out, i);
    }
    return i;
  }
}

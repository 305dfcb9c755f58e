package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.ChunkProduct.PANEL;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import jdk.incubator.vector.FloatVector;

/** Loops over rows of 32 floats. */
final class PanelRows {
  private PanelRows() {}

  /** {@code x[t] = factors[t] · x[t]}, for rows of x from {@code at} on. */
  static void scale(float[] x, int at, float[] factors, int rows) {
    for (int t = 0; t < rows; t++, at += PANEL) {
      FloatVector factor = FloatVector.broadcast(F, factors[t]);
      for (int i = 0; i < PANEL; i += L) {
        FloatVector.fromArray(F, x, at + i).mul(factor).intoArray(x, at + i);
      }
    }
  }

  /** {@code x[t] = factors[t] · x[t] + y[t]}. */
  static void scaleAndAdd(float[] x, float[] factors, float[] y, int rows) {
    for (int t = 0, at = 0; t < rows; t++, at += PANEL) {
      FloatVector factor = FloatVector.broadcast(F, factors[t]);
      for (int i = 0; i < PANEL; i += L) {
        FloatVector v = FloatVector.fromArray(F, x, at + i);
        v.fma(factor, FloatVector.fromArray(F, y, at + i)).intoArray(x, at + i);
      }
    }
  }

  /** {@code out = factor · y ⊙ x} for one row at the same place of x and out. */
  static void multiply(float[] x, int at, float[] y, float factor, float[] out) {
    for (int i = 0; i < PANEL; i += L) {
      FloatVector product = FloatVector.fromArray(F, y, i).mul(factor);
      product.mul(FloatVector.fromArray(F, x, at + i)).intoArray(out, at + i);
    }
  }

  /** {@code x = factor · x} for the first row. */
  static void scale(float[] x, float factor) {
    for (int i = 0; i < PANEL; i += L) {
      FloatVector.fromArray(F, x, i).mul(factor).intoArray(x, i);
    }
  }

  /** {@code to = factor · from}. */
  static void copyScaled(float[] from, int at, float factor, float[] to, int toAt, int width) {
    int i = 0;
    for (; i <= width - L; i += L) {
      FloatVector.fromArray(F, from, at + i).mul(factor).intoArray(to, toAt + i);
    }
    for (; i < width; i++) {
      to[toAt + i] = factor * from[at + i];
    }
  }

  /** Copies a row of 32. */
  static void copy(float[] from, int at, float[] to, int toAt) {
    for (int i = 0; i < PANEL; i += L) {
      FloatVector.fromArray(F, from, at + i).intoArray(to, toAt + i);
    }
  }
}

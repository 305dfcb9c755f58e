package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.ChunkProduct.PANEL;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import jdk.incubator.vector.FloatVector;

/**
 * Tiles of {@link ChunkProduct} for processors with 16 vector registers: eight sums stay in them, so each method is one
 * loop and long.
 */
final class FourRows {
  private FourRows() {}

  /** Four rows × two vectors, with {@code A[r, k]}. */
  static void rows(ChunkProduct product, int row, int column, int depth) {
    float[] a = product.a;
    float[] b = product.b;
    float[] c = product.c;
    int a0 = product.aAt + row * product.aStep;
    int a1 = a0 + product.aStep;
    int a2 = a1 + product.aStep;
    int a3 = a2 + product.aStep;
    int ib = product.bAt + column;
    int ic = product.cAt + row * PANEL + column;
    FloatVector c00 = FloatVector.fromArray(F, c, ic);
    FloatVector c01 = FloatVector.fromArray(F, c, ic + L);
    FloatVector c10 = FloatVector.fromArray(F, c, ic + PANEL);
    FloatVector c11 = FloatVector.fromArray(F, c, ic + PANEL + L);
    FloatVector c20 = FloatVector.fromArray(F, c, ic + 2 * PANEL);
    FloatVector c21 = FloatVector.fromArray(F, c, ic + 2 * PANEL + L);
    FloatVector c30 = FloatVector.fromArray(F, c, ic + 3 * PANEL);
    FloatVector c31 = FloatVector.fromArray(F, c, ic + 3 * PANEL + L);
    for (int k = 0; k < depth; k++, ib += PANEL) {
      FloatVector b0 = FloatVector.fromArray(F, b, ib);
      FloatVector b1 = FloatVector.fromArray(F, b, ib + L);
      FloatVector x = FloatVector.broadcast(F, a[a0 + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(F, a[a1 + k]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(F, a[a2 + k]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(F, a[a3 + k]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
    }
    c00.intoArray(c, ic);
    c01.intoArray(c, ic + L);
    c10.intoArray(c, ic + PANEL);
    c11.intoArray(c, ic + PANEL + L);
    c20.intoArray(c, ic + 2 * PANEL);
    c21.intoArray(c, ic + 2 * PANEL + L);
    c30.intoArray(c, ic + 3 * PANEL);
    c31.intoArray(c, ic + 3 * PANEL + L);
  }

  /** Four rows × two vectors, with {@code A[k, r]}. */
  static void columns(ChunkProduct product, int row, int column, int depth) {
    float[] a = product.a;
    float[] b = product.b;
    float[] c = product.c;
    int step = product.aStep;
    int ia = product.aAt + row;
    int ib = product.bAt + column;
    int ic = product.cAt + row * PANEL + column;
    FloatVector c00 = FloatVector.fromArray(F, c, ic);
    FloatVector c01 = FloatVector.fromArray(F, c, ic + L);
    FloatVector c10 = FloatVector.fromArray(F, c, ic + PANEL);
    FloatVector c11 = FloatVector.fromArray(F, c, ic + PANEL + L);
    FloatVector c20 = FloatVector.fromArray(F, c, ic + 2 * PANEL);
    FloatVector c21 = FloatVector.fromArray(F, c, ic + 2 * PANEL + L);
    FloatVector c30 = FloatVector.fromArray(F, c, ic + 3 * PANEL);
    FloatVector c31 = FloatVector.fromArray(F, c, ic + 3 * PANEL + L);
    for (int k = 0; k < depth; k++, ib += PANEL, ia += step) {
      FloatVector b0 = FloatVector.fromArray(F, b, ib);
      FloatVector b1 = FloatVector.fromArray(F, b, ib + L);
      FloatVector x = FloatVector.broadcast(F, a[ia]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(F, a[ia + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(F, a[ia + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(F, a[ia + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
    }
    c00.intoArray(c, ic);
    c01.intoArray(c, ic + L);
    c10.intoArray(c, ic + PANEL);
    c11.intoArray(c, ic + PANEL + L);
    c20.intoArray(c, ic + 2 * PANEL);
    c21.intoArray(c, ic + 2 * PANEL + L);
    c30.intoArray(c, ic + 3 * PANEL);
    c31.intoArray(c, ic + 3 * PANEL + L);
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.ChunkProduct.PANEL;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import jdk.incubator.vector.FloatVector;

/**
 * Tiles of {@link ChunkProduct} for processors with 32 vector registers: sixteen sums stay in them, so each method is
 * one loop and long.
 */
final class EightRows {
  private EightRows() {}

  /** Eight rows × two vectors, with {@code A[r, k]}. */
  static void rows(ChunkProduct product, int row, int column, int depth) {
    float[] a = product.a;
    float[] b = product.b;
    float[] c = product.c;
    int a0 = product.aAt + row * product.aStep;
    int a1 = a0 + product.aStep;
    int a2 = a1 + product.aStep;
    int a3 = a2 + product.aStep;
    int a4 = a3 + product.aStep;
    int a5 = a4 + product.aStep;
    int a6 = a5 + product.aStep;
    int a7 = a6 + product.aStep;
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
    FloatVector c40 = FloatVector.fromArray(F, c, ic + 4 * PANEL);
    FloatVector c41 = FloatVector.fromArray(F, c, ic + 4 * PANEL + L);
    FloatVector c50 = FloatVector.fromArray(F, c, ic + 5 * PANEL);
    FloatVector c51 = FloatVector.fromArray(F, c, ic + 5 * PANEL + L);
    FloatVector c60 = FloatVector.fromArray(F, c, ic + 6 * PANEL);
    FloatVector c61 = FloatVector.fromArray(F, c, ic + 6 * PANEL + L);
    FloatVector c70 = FloatVector.fromArray(F, c, ic + 7 * PANEL);
    FloatVector c71 = FloatVector.fromArray(F, c, ic + 7 * PANEL + L);
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
      x = FloatVector.broadcast(F, a[a4 + k]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(F, a[a5 + k]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(F, a[a6 + k]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(F, a[a7 + k]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
    }
    c00.intoArray(c, ic);
    c01.intoArray(c, ic + L);
    c10.intoArray(c, ic + PANEL);
    c11.intoArray(c, ic + PANEL + L);
    c20.intoArray(c, ic + 2 * PANEL);
    c21.intoArray(c, ic + 2 * PANEL + L);
    c30.intoArray(c, ic + 3 * PANEL);
    c31.intoArray(c, ic + 3 * PANEL + L);
    c40.intoArray(c, ic + 4 * PANEL);
    c41.intoArray(c, ic + 4 * PANEL + L);
    c50.intoArray(c, ic + 5 * PANEL);
    c51.intoArray(c, ic + 5 * PANEL + L);
    c60.intoArray(c, ic + 6 * PANEL);
    c61.intoArray(c, ic + 6 * PANEL + L);
    c70.intoArray(c, ic + 7 * PANEL);
    c71.intoArray(c, ic + 7 * PANEL + L);
  }

  /** Eight rows × two vectors, with {@code A[k, r]}. */
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
    FloatVector c40 = FloatVector.fromArray(F, c, ic + 4 * PANEL);
    FloatVector c41 = FloatVector.fromArray(F, c, ic + 4 * PANEL + L);
    FloatVector c50 = FloatVector.fromArray(F, c, ic + 5 * PANEL);
    FloatVector c51 = FloatVector.fromArray(F, c, ic + 5 * PANEL + L);
    FloatVector c60 = FloatVector.fromArray(F, c, ic + 6 * PANEL);
    FloatVector c61 = FloatVector.fromArray(F, c, ic + 6 * PANEL + L);
    FloatVector c70 = FloatVector.fromArray(F, c, ic + 7 * PANEL);
    FloatVector c71 = FloatVector.fromArray(F, c, ic + 7 * PANEL + L);
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
      x = FloatVector.broadcast(F, a[ia + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(F, a[ia + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(F, a[ia + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(F, a[ia + 7]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
    }
    c00.intoArray(c, ic);
    c01.intoArray(c, ic + L);
    c10.intoArray(c, ic + PANEL);
    c11.intoArray(c, ic + PANEL + L);
    c20.intoArray(c, ic + 2 * PANEL);
    c21.intoArray(c, ic + 2 * PANEL + L);
    c30.intoArray(c, ic + 3 * PANEL);
    c31.intoArray(c, ic + 3 * PANEL + L);
    c40.intoArray(c, ic + 4 * PANEL);
    c41.intoArray(c, ic + 4 * PANEL + L);
    c50.intoArray(c, ic + 5 * PANEL);
    c51.intoArray(c, ic + 5 * PANEL + L);
    c60.intoArray(c, ic + 6 * PANEL);
    c61.intoArray(c, ic + 6 * PANEL + L);
    c70.intoArray(c, ic + 7 * PANEL);
    c71.intoArray(c, ic + 7 * PANEL + L);
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import jdk.incubator.vector.FloatVector;

/**
 * Small dense products in the cache: {@code C[r, j] (+)= Σ_k A[k, r] · B[k, j]} for 32 columns j. A is stored with its
 * depth first, so that the factors of neighbouring rows are neighbours; B and C are panels of 32 columns.
 *
 * <p>The operands are fields, set before each product: the loops over tiles and the vector loop then stay small
 * methods.
 */
final class ChunkProduct {
  /** Columns, and floats from one row of B or C to the next. */
  static final int PANEL = 32;

  /** Rows of C are computed in groups of so many; buffers are padded to it. */
  static final int ROWS = 8;

  private float[] a;
  private int aAt;
  private int aStep;
  private float[] b;
  private int bAt;
  private float[] c;
  private int cAt;

  /** A, with {@code step} floats from one depth to the next. */
  ChunkProduct a(float[] a, int at, int step) {
    this.a = a;
    aAt = at;
    aStep = step;
    return this;
  }

  ChunkProduct b(float[] b, int at) {
    this.b = b;
    bAt = at;
    return this;
  }

  ChunkProduct c(float[] c, int at) {
    this.c = c;
    cAt = at;
    return this;
  }

  /** {@code C = A·B} for at least {@code rows} rows. */
  void set(int rows, int depth) {
    for (int row = 0; row < rows; row += ROWS) {
      for (int column = 0; column < PANEL; column += 2 * L) {
        clear(row, column);
        tile(row, column, depth);
      }
    }
  }

  /** {@code C += A·B} for at least {@code rows} rows. */
  void add(int rows, int depth) {
    for (int row = 0; row < rows; row += ROWS) {
      addTile(row, depth);
    }
  }

  /** {@code C += A·B} for eight rows from {@code row} on. */
  void addTile(int row, int depth) {
    for (int column = 0; column < PANEL; column += 2 * L) {
      tile(row, column, depth);
    }
  }

  private void clear(int row, int column) {
    FloatVector zero = FloatVector.zero(F);
    int at = cAt + row * PANEL + column;
    for (int i = 0; i < ROWS; i++, at += PANEL) {
      zero.intoArray(c, at);
      zero.intoArray(c, at + L);
    }
  }

  /** Eight rows × two vectors in registers; long because it must be one method to stay in registers. */
  private void tile(int row, int column, int depth) {
    float[] a = this.a;
    float[] b = this.b;
    float[] c = this.c;
    int ia = aAt + row;
    int ib = bAt + column;
    int ic = cAt + row * PANEL + column;
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
    for (int k = 0; k < depth; k++) {
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
      ia += aStep;
      ib += PANEL;
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

  /**
   * Solves eight rows of a unit lower triangular system in place: {@code C[r] += Σ_{s<r} A[s, r] · C[s]}, both from the
   * same first row.
   */
  void solveTile(int row) {
    for (int column = 0; column < PANEL; column += L) {
      solve(row, column);
    }
  }

  private void solve(int row, int column) {
    float[] a = this.a;
    int step = aStep;
    int ia = aAt + row * step + row;
    int ic = cAt + row * PANEL + column;
    FloatVector c0 = FloatVector.fromArray(F, c, ic);
    FloatVector c1 = c0.fma(FloatVector.broadcast(F, a[ia + 1]), FloatVector.fromArray(F, c, ic + PANEL));
    FloatVector c2 = c0.fma(FloatVector.broadcast(F, a[ia + 2]), FloatVector.fromArray(F, c, ic + 2 * PANEL));
    FloatVector c3 = c0.fma(FloatVector.broadcast(F, a[ia + 3]), FloatVector.fromArray(F, c, ic + 3 * PANEL));
    FloatVector c4 = c0.fma(FloatVector.broadcast(F, a[ia + 4]), FloatVector.fromArray(F, c, ic + 4 * PANEL));
    FloatVector c5 = c0.fma(FloatVector.broadcast(F, a[ia + 5]), FloatVector.fromArray(F, c, ic + 5 * PANEL));
    FloatVector c6 = c0.fma(FloatVector.broadcast(F, a[ia + 6]), FloatVector.fromArray(F, c, ic + 6 * PANEL));
    FloatVector c7 = c0.fma(FloatVector.broadcast(F, a[ia + 7]), FloatVector.fromArray(F, c, ic + 7 * PANEL));
    ia += step;
    c2 = c1.fma(FloatVector.broadcast(F, a[ia + 2]), c2);
    c3 = c1.fma(FloatVector.broadcast(F, a[ia + 3]), c3);
    c4 = c1.fma(FloatVector.broadcast(F, a[ia + 4]), c4);
    c5 = c1.fma(FloatVector.broadcast(F, a[ia + 5]), c5);
    c6 = c1.fma(FloatVector.broadcast(F, a[ia + 6]), c6);
    c7 = c1.fma(FloatVector.broadcast(F, a[ia + 7]), c7);
    ia += step;
    c3 = c2.fma(FloatVector.broadcast(F, a[ia + 3]), c3);
    c4 = c2.fma(FloatVector.broadcast(F, a[ia + 4]), c4);
    c5 = c2.fma(FloatVector.broadcast(F, a[ia + 5]), c5);
    c6 = c2.fma(FloatVector.broadcast(F, a[ia + 6]), c6);
    c7 = c2.fma(FloatVector.broadcast(F, a[ia + 7]), c7);
    ia += step;
    c4 = c3.fma(FloatVector.broadcast(F, a[ia + 4]), c4);
    c5 = c3.fma(FloatVector.broadcast(F, a[ia + 5]), c5);
    c6 = c3.fma(FloatVector.broadcast(F, a[ia + 6]), c6);
    c7 = c3.fma(FloatVector.broadcast(F, a[ia + 7]), c7);
    ia += step;
    c5 = c4.fma(FloatVector.broadcast(F, a[ia + 5]), c5);
    c6 = c4.fma(FloatVector.broadcast(F, a[ia + 6]), c6);
    c7 = c4.fma(FloatVector.broadcast(F, a[ia + 7]), c7);
    ia += step;
    c6 = c5.fma(FloatVector.broadcast(F, a[ia + 6]), c6);
    c7 = c5.fma(FloatVector.broadcast(F, a[ia + 7]), c7);
    ia += step;
    c7 = c6.fma(FloatVector.broadcast(F, a[ia + 7]), c7);
    c1.intoArray(c, ic + PANEL);
    c2.intoArray(c, ic + 2 * PANEL);
    c3.intoArray(c, ic + 3 * PANEL);
    c4.intoArray(c, ic + 4 * PANEL);
    c5.intoArray(c, ic + 5 * PANEL);
    c6.intoArray(c, ic + 6 * PANEL);
    c7.intoArray(c, ic + 7 * PANEL);
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import jdk.incubator.vector.FloatVector;

/**
 * Small dense products in the cache: {@code C[r, j] (+)= Σ_k A[r, k] · B[k, j]} for 32 columns j. B and C are panels of
 * 32 columns.
 *
 * <p>The operands are fields, set before each product: the loops over tiles and the vector loops then stay small
 * methods.
 */
final class ChunkProduct {
  /** Columns, and floats from one row of B or C to the next. */
  static final int PANEL = 32;

  /** Rows of C are computed in groups of so many; buffers are padded to it. */
  static final int ROWS = 8;

  /** Whether a tile may have eight rows. */
  private static final boolean MANY_REGISTERS = L == 16;

  float[] a;
  int aAt;
  int aStep;
  float[] b;
  int bAt;
  float[] c;
  int cAt;

  /** A, with {@code step} floats from one row to the next. */
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
      clear(row);
      addTile(row, depth);
    }
  }

  /** {@code C += A·B} for eight rows from {@code row} on. */
  void addTile(int row, int depth) {
    for (int column = 0; column < PANEL; column += 2 * L) {
      if (MANY_REGISTERS) {
        EightRows.rows(this, row, column, depth);
      } else {
        FourRows.rows(this, row, column, depth);
        FourRows.rows(this, row + ROWS / 2, column, depth);
      }
    }
  }

  /** {@code C += Aᵀ·B} for at least {@code rows} rows, which are columns of A. */
  void addTransposed(int rows, int depth) {
    for (int row = 0; row < rows; row += ROWS) {
      for (int column = 0; column < PANEL; column += 2 * L) {
        if (MANY_REGISTERS) {
          EightRows.columns(this, row, column, depth);
        } else {
          FourRows.columns(this, row, column, depth);
          FourRows.columns(this, row + ROWS / 2, column, depth);
        }
      }
    }
  }

  private void clear(int row) {
    FloatVector zero = FloatVector.zero(F);
    int at = cAt + row * PANEL;
    for (int i = 0; i < ROWS * PANEL; i += L) {
      zero.intoArray(c, at + i);
    }
  }

  /**
   * Solves eight rows of a unit lower triangular system in place: {@code C[r] += Σ_{s<r} A[r, s] · C[s]}, both from the
   * same first row.
   */
  void solveTile(int row) {
    for (int column = 0; column < PANEL; column += L) {
      solve(row, column);
    }
  }

  private void solve(int row, int column) {
    float[] a = this.a;
    int ia = aAt + row * aStep + row;
    int ic = cAt + row * PANEL + column;
    FloatVector c0 = FloatVector.fromArray(F, c, ic);
    ia += aStep;
    FloatVector c1 = c0.fma(FloatVector.broadcast(F, a[ia]), FloatVector.fromArray(F, c, ic + PANEL));
    ia += aStep;
    FloatVector c2 = c0.fma(FloatVector.broadcast(F, a[ia]), FloatVector.fromArray(F, c, ic + 2 * PANEL));
    c2 = c1.fma(FloatVector.broadcast(F, a[ia + 1]), c2);
    ia += aStep;
    FloatVector c3 = c0.fma(FloatVector.broadcast(F, a[ia]), FloatVector.fromArray(F, c, ic + 3 * PANEL));
    c3 = c1.fma(FloatVector.broadcast(F, a[ia + 1]), c3);
    c3 = c2.fma(FloatVector.broadcast(F, a[ia + 2]), c3);
    ia += aStep;
    FloatVector c4 = c0.fma(FloatVector.broadcast(F, a[ia]), FloatVector.fromArray(F, c, ic + 4 * PANEL));
    c4 = c1.fma(FloatVector.broadcast(F, a[ia + 1]), c4);
    c4 = c2.fma(FloatVector.broadcast(F, a[ia + 2]), c4);
    c4 = c3.fma(FloatVector.broadcast(F, a[ia + 3]), c4);
    ia += aStep;
    FloatVector c5 = c0.fma(FloatVector.broadcast(F, a[ia]), FloatVector.fromArray(F, c, ic + 5 * PANEL));
    c5 = c1.fma(FloatVector.broadcast(F, a[ia + 1]), c5);
    c5 = c2.fma(FloatVector.broadcast(F, a[ia + 2]), c5);
    c5 = c3.fma(FloatVector.broadcast(F, a[ia + 3]), c5);
    c5 = c4.fma(FloatVector.broadcast(F, a[ia + 4]), c5);
    ia += aStep;
    FloatVector c6 = c0.fma(FloatVector.broadcast(F, a[ia]), FloatVector.fromArray(F, c, ic + 6 * PANEL));
    c6 = c1.fma(FloatVector.broadcast(F, a[ia + 1]), c6);
    c6 = c2.fma(FloatVector.broadcast(F, a[ia + 2]), c6);
    c6 = c3.fma(FloatVector.broadcast(F, a[ia + 3]), c6);
    c6 = c4.fma(FloatVector.broadcast(F, a[ia + 4]), c6);
    c6 = c5.fma(FloatVector.broadcast(F, a[ia + 5]), c6);
    ia += aStep;
    FloatVector c7 = c0.fma(FloatVector.broadcast(F, a[ia]), FloatVector.fromArray(F, c, ic + 7 * PANEL));
    c7 = c1.fma(FloatVector.broadcast(F, a[ia + 1]), c7);
    c7 = c2.fma(FloatVector.broadcast(F, a[ia + 2]), c7);
    c7 = c3.fma(FloatVector.broadcast(F, a[ia + 3]), c7);
    c7 = c4.fma(FloatVector.broadcast(F, a[ia + 4]), c7);
    c7 = c5.fma(FloatVector.broadcast(F, a[ia + 5]), c7);
    c7 = c6.fma(FloatVector.broadcast(F, a[ia + 6]), c7);
    c1.intoArray(c, ic + PANEL);
    c2.intoArray(c, ic + 2 * PANEL);
    c3.intoArray(c, ic + 3 * PANEL);
    c4.intoArray(c, ic + 4 * PANEL);
    c5.intoArray(c, ic + 5 * PANEL);
    c6.intoArray(c, ic + 6 * PANEL);
    c7.intoArray(c, ic + 7 * PANEL);
  }
}

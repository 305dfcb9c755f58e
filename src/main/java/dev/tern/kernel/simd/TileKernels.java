package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loops of the float GEMM: decoded weights {@code [k][64 rows]} times activations of a few tokens, added to
 * sums {@code [tokens][64 rows]} with all sums in registers. Long, because a loop over vectors would put them into
 * memory. On arrays, not slices of memory: of those the compiler may leave some as objects on the heap.
 */
final class TileKernels {
  /** Tokens of a tile: as many as leave registers for the weights. */
  static final int TOKENS = Lanes.L == 16 ? 6 : 5;

  /** Rows that one call sums. */
  static final int ROWS = Lanes.L == 16 ? 64 : 2 * Lanes.L;

  private TileKernels() {}

  /**
   * 4 vectors of rows × 6 tokens: 24 sums of 32 registers.
   *
   * @param at where the columns of each token start in the activations
   * @param c where the sums of the first token start
   */
  static void four(float[] tile, int w, float[] x, int[] at, int count, float[] sums, int c) {
    int x0 = at[0];
    int x1 = at[1];
    int x2 = at[2];
    int x3 = at[3];
    int x4 = at[4];
    int x5 = at[5];
    FloatVector s00 = FloatVector.fromArray(F, sums, c);
    FloatVector s10 = FloatVector.fromArray(F, sums, c + L);
    FloatVector s20 = FloatVector.fromArray(F, sums, c + 2 * L);
    FloatVector s30 = FloatVector.fromArray(F, sums, c + 3 * L);
    FloatVector s01 = FloatVector.fromArray(F, sums, c + 64);
    FloatVector s11 = FloatVector.fromArray(F, sums, c + 64 + L);
    FloatVector s21 = FloatVector.fromArray(F, sums, c + 64 + 2 * L);
    FloatVector s31 = FloatVector.fromArray(F, sums, c + 64 + 3 * L);
    FloatVector s02 = FloatVector.fromArray(F, sums, c + 128);
    FloatVector s12 = FloatVector.fromArray(F, sums, c + 128 + L);
    FloatVector s22 = FloatVector.fromArray(F, sums, c + 128 + 2 * L);
    FloatVector s32 = FloatVector.fromArray(F, sums, c + 128 + 3 * L);
    FloatVector s03 = FloatVector.fromArray(F, sums, c + 192);
    FloatVector s13 = FloatVector.fromArray(F, sums, c + 192 + L);
    FloatVector s23 = FloatVector.fromArray(F, sums, c + 192 + 2 * L);
    FloatVector s33 = FloatVector.fromArray(F, sums, c + 192 + 3 * L);
    FloatVector s04 = FloatVector.fromArray(F, sums, c + 256);
    FloatVector s14 = FloatVector.fromArray(F, sums, c + 256 + L);
    FloatVector s24 = FloatVector.fromArray(F, sums, c + 256 + 2 * L);
    FloatVector s34 = FloatVector.fromArray(F, sums, c + 256 + 3 * L);
    FloatVector s05 = FloatVector.fromArray(F, sums, c + 320);
    FloatVector s15 = FloatVector.fromArray(F, sums, c + 320 + L);
    FloatVector s25 = FloatVector.fromArray(F, sums, c + 320 + 2 * L);
    FloatVector s35 = FloatVector.fromArray(F, sums, c + 320 + 3 * L);
    int p = w;
    for (int k = 0; k < count; k++, p += 64) {
      FloatVector w0 = FloatVector.fromArray(F, tile, p);
      FloatVector w1 = FloatVector.fromArray(F, tile, p + L);
      FloatVector w2 = FloatVector.fromArray(F, tile, p + 2 * L);
      FloatVector w3 = FloatVector.fromArray(F, tile, p + 3 * L);
      FloatVector a = FloatVector.broadcast(F, x[x0 + k]);
      s00 = a.fma(w0, s00);
      s10 = a.fma(w1, s10);
      s20 = a.fma(w2, s20);
      s30 = a.fma(w3, s30);
      a = FloatVector.broadcast(F, x[x1 + k]);
      s01 = a.fma(w0, s01);
      s11 = a.fma(w1, s11);
      s21 = a.fma(w2, s21);
      s31 = a.fma(w3, s31);
      a = FloatVector.broadcast(F, x[x2 + k]);
      s02 = a.fma(w0, s02);
      s12 = a.fma(w1, s12);
      s22 = a.fma(w2, s22);
      s32 = a.fma(w3, s32);
      a = FloatVector.broadcast(F, x[x3 + k]);
      s03 = a.fma(w0, s03);
      s13 = a.fma(w1, s13);
      s23 = a.fma(w2, s23);
      s33 = a.fma(w3, s33);
      a = FloatVector.broadcast(F, x[x4 + k]);
      s04 = a.fma(w0, s04);
      s14 = a.fma(w1, s14);
      s24 = a.fma(w2, s24);
      s34 = a.fma(w3, s34);
      a = FloatVector.broadcast(F, x[x5 + k]);
      s05 = a.fma(w0, s05);
      s15 = a.fma(w1, s15);
      s25 = a.fma(w2, s25);
      s35 = a.fma(w3, s35);
    }
    s00.intoArray(sums, c);
    s10.intoArray(sums, c + L);
    s20.intoArray(sums, c + 2 * L);
    s30.intoArray(sums, c + 3 * L);
    s01.intoArray(sums, c + 64);
    s11.intoArray(sums, c + 64 + L);
    s21.intoArray(sums, c + 64 + 2 * L);
    s31.intoArray(sums, c + 64 + 3 * L);
    s02.intoArray(sums, c + 128);
    s12.intoArray(sums, c + 128 + L);
    s22.intoArray(sums, c + 128 + 2 * L);
    s32.intoArray(sums, c + 128 + 3 * L);
    s03.intoArray(sums, c + 192);
    s13.intoArray(sums, c + 192 + L);
    s23.intoArray(sums, c + 192 + 2 * L);
    s33.intoArray(sums, c + 192 + 3 * L);
    s04.intoArray(sums, c + 256);
    s14.intoArray(sums, c + 256 + L);
    s24.intoArray(sums, c + 256 + 2 * L);
    s34.intoArray(sums, c + 256 + 3 * L);
    s05.intoArray(sums, c + 320);
    s15.intoArray(sums, c + 320 + L);
    s25.intoArray(sums, c + 320 + 2 * L);
    s35.intoArray(sums, c + 320 + 3 * L);
  }

  /**
   * 2 vectors of rows × 5 tokens: 10 sums of 16 registers.
   *
   * @param at where the columns of each token start in the activations
   * @param c where the sums of the first token start
   */
  static void two(float[] tile, int w, float[] x, int[] at, int count, float[] sums, int c) {
    int x0 = at[0];
    int x1 = at[1];
    int x2 = at[2];
    int x3 = at[3];
    int x4 = at[4];
    FloatVector s00 = FloatVector.fromArray(F, sums, c);
    FloatVector s10 = FloatVector.fromArray(F, sums, c + L);
    FloatVector s01 = FloatVector.fromArray(F, sums, c + 64);
    FloatVector s11 = FloatVector.fromArray(F, sums, c + 64 + L);
    FloatVector s02 = FloatVector.fromArray(F, sums, c + 128);
    FloatVector s12 = FloatVector.fromArray(F, sums, c + 128 + L);
    FloatVector s03 = FloatVector.fromArray(F, sums, c + 192);
    FloatVector s13 = FloatVector.fromArray(F, sums, c + 192 + L);
    FloatVector s04 = FloatVector.fromArray(F, sums, c + 256);
    FloatVector s14 = FloatVector.fromArray(F, sums, c + 256 + L);
    int p = w;
    for (int k = 0; k < count; k++, p += 64) {
      FloatVector w0 = FloatVector.fromArray(F, tile, p);
      FloatVector w1 = FloatVector.fromArray(F, tile, p + L);
      FloatVector a = FloatVector.broadcast(F, x[x0 + k]);
      s00 = a.fma(w0, s00);
      s10 = a.fma(w1, s10);
      a = FloatVector.broadcast(F, x[x1 + k]);
      s01 = a.fma(w0, s01);
      s11 = a.fma(w1, s11);
      a = FloatVector.broadcast(F, x[x2 + k]);
      s02 = a.fma(w0, s02);
      s12 = a.fma(w1, s12);
      a = FloatVector.broadcast(F, x[x3 + k]);
      s03 = a.fma(w0, s03);
      s13 = a.fma(w1, s13);
      a = FloatVector.broadcast(F, x[x4 + k]);
      s04 = a.fma(w0, s04);
      s14 = a.fma(w1, s14);
    }
    s00.intoArray(sums, c);
    s10.intoArray(sums, c + L);
    s01.intoArray(sums, c + 64);
    s11.intoArray(sums, c + 64 + L);
    s02.intoArray(sums, c + 128);
    s12.intoArray(sums, c + 128 + L);
    s03.intoArray(sums, c + 192);
    s13.intoArray(sums, c + 192 + L);
    s04.intoArray(sums, c + 256);
    s14.intoArray(sums, c + 256 + L);
  }
}

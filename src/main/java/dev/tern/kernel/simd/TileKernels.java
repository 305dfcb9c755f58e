package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.LE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The inner loops of the float GEMM: decoded weights {@code [k][64 rows]} times activations of a few tokens, added to
 * sums {@code [tokens][64 rows]} with all sums in registers. Long, because a loop over vectors would put them into
 * memory.
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
   */
  static void four(MemorySegment scratch, long w, float[] x, int[] at, int count, long c) {
    int x0 = at[0];
    int x1 = at[1];
    int x2 = at[2];
    int x3 = at[3];
    int x4 = at[4];
    int x5 = at[5];
    MemorySegment sums = scratch.asSlice(c, 5 * 256 + 4 * BYTES);
    FloatVector s00 = FloatVector.fromMemorySegment(F, sums, 0, LE);
    FloatVector s10 = FloatVector.fromMemorySegment(F, sums, BYTES, LE);
    FloatVector s20 = FloatVector.fromMemorySegment(F, sums, 2 * BYTES, LE);
    FloatVector s30 = FloatVector.fromMemorySegment(F, sums, 3 * BYTES, LE);
    FloatVector s01 = FloatVector.fromMemorySegment(F, sums, 256, LE);
    FloatVector s11 = FloatVector.fromMemorySegment(F, sums, 256 + BYTES, LE);
    FloatVector s21 = FloatVector.fromMemorySegment(F, sums, 256 + 2 * BYTES, LE);
    FloatVector s31 = FloatVector.fromMemorySegment(F, sums, 256 + 3 * BYTES, LE);
    FloatVector s02 = FloatVector.fromMemorySegment(F, sums, 512, LE);
    FloatVector s12 = FloatVector.fromMemorySegment(F, sums, 512 + BYTES, LE);
    FloatVector s22 = FloatVector.fromMemorySegment(F, sums, 512 + 2 * BYTES, LE);
    FloatVector s32 = FloatVector.fromMemorySegment(F, sums, 512 + 3 * BYTES, LE);
    FloatVector s03 = FloatVector.fromMemorySegment(F, sums, 768, LE);
    FloatVector s13 = FloatVector.fromMemorySegment(F, sums, 768 + BYTES, LE);
    FloatVector s23 = FloatVector.fromMemorySegment(F, sums, 768 + 2 * BYTES, LE);
    FloatVector s33 = FloatVector.fromMemorySegment(F, sums, 768 + 3 * BYTES, LE);
    FloatVector s04 = FloatVector.fromMemorySegment(F, sums, 1024, LE);
    FloatVector s14 = FloatVector.fromMemorySegment(F, sums, 1024 + BYTES, LE);
    FloatVector s24 = FloatVector.fromMemorySegment(F, sums, 1024 + 2 * BYTES, LE);
    FloatVector s34 = FloatVector.fromMemorySegment(F, sums, 1024 + 3 * BYTES, LE);
    FloatVector s05 = FloatVector.fromMemorySegment(F, sums, 1280, LE);
    FloatVector s15 = FloatVector.fromMemorySegment(F, sums, 1280 + BYTES, LE);
    FloatVector s25 = FloatVector.fromMemorySegment(F, sums, 1280 + 2 * BYTES, LE);
    FloatVector s35 = FloatVector.fromMemorySegment(F, sums, 1280 + 3 * BYTES, LE);
    long p = w;
    for (int k = 0; k < count; k++, p += 256) {
      MemorySegment column = scratch.asSlice(p, 4 * BYTES);
      FloatVector w0 = FloatVector.fromMemorySegment(F, column, 0, LE);
      FloatVector w1 = FloatVector.fromMemorySegment(F, column, BYTES, LE);
      FloatVector w2 = FloatVector.fromMemorySegment(F, column, 2 * BYTES, LE);
      FloatVector w3 = FloatVector.fromMemorySegment(F, column, 3 * BYTES, LE);
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
    s00.intoMemorySegment(sums, 0, LE);
    s10.intoMemorySegment(sums, BYTES, LE);
    s20.intoMemorySegment(sums, 2 * BYTES, LE);
    s30.intoMemorySegment(sums, 3 * BYTES, LE);
    s01.intoMemorySegment(sums, 256, LE);
    s11.intoMemorySegment(sums, 256 + BYTES, LE);
    s21.intoMemorySegment(sums, 256 + 2 * BYTES, LE);
    s31.intoMemorySegment(sums, 256 + 3 * BYTES, LE);
    s02.intoMemorySegment(sums, 512, LE);
    s12.intoMemorySegment(sums, 512 + BYTES, LE);
    s22.intoMemorySegment(sums, 512 + 2 * BYTES, LE);
    s32.intoMemorySegment(sums, 512 + 3 * BYTES, LE);
    s03.intoMemorySegment(sums, 768, LE);
    s13.intoMemorySegment(sums, 768 + BYTES, LE);
    s23.intoMemorySegment(sums, 768 + 2 * BYTES, LE);
    s33.intoMemorySegment(sums, 768 + 3 * BYTES, LE);
    s04.intoMemorySegment(sums, 1024, LE);
    s14.intoMemorySegment(sums, 1024 + BYTES, LE);
    s24.intoMemorySegment(sums, 1024 + 2 * BYTES, LE);
    s34.intoMemorySegment(sums, 1024 + 3 * BYTES, LE);
    s05.intoMemorySegment(sums, 1280, LE);
    s15.intoMemorySegment(sums, 1280 + BYTES, LE);
    s25.intoMemorySegment(sums, 1280 + 2 * BYTES, LE);
    s35.intoMemorySegment(sums, 1280 + 3 * BYTES, LE);
  }

  /**
   * 2 vectors of rows × 5 tokens: 10 sums of 16 registers.
   *
   * @param at where the columns of each token start in the activations
   */
  static void two(MemorySegment scratch, long w, float[] x, int[] at, int count, long c) {
    int x0 = at[0];
    int x1 = at[1];
    int x2 = at[2];
    int x3 = at[3];
    int x4 = at[4];
    MemorySegment sums = scratch.asSlice(c, 4 * 256 + 2 * BYTES);
    FloatVector s00 = FloatVector.fromMemorySegment(F, sums, 0, LE);
    FloatVector s10 = FloatVector.fromMemorySegment(F, sums, BYTES, LE);
    FloatVector s01 = FloatVector.fromMemorySegment(F, sums, 256, LE);
    FloatVector s11 = FloatVector.fromMemorySegment(F, sums, 256 + BYTES, LE);
    FloatVector s02 = FloatVector.fromMemorySegment(F, sums, 512, LE);
    FloatVector s12 = FloatVector.fromMemorySegment(F, sums, 512 + BYTES, LE);
    FloatVector s03 = FloatVector.fromMemorySegment(F, sums, 768, LE);
    FloatVector s13 = FloatVector.fromMemorySegment(F, sums, 768 + BYTES, LE);
    FloatVector s04 = FloatVector.fromMemorySegment(F, sums, 1024, LE);
    FloatVector s14 = FloatVector.fromMemorySegment(F, sums, 1024 + BYTES, LE);
    long p = w;
    for (int k = 0; k < count; k++, p += 256) {
      MemorySegment column = scratch.asSlice(p, 2 * BYTES);
      FloatVector w0 = FloatVector.fromMemorySegment(F, column, 0, LE);
      FloatVector w1 = FloatVector.fromMemorySegment(F, column, BYTES, LE);
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
    s00.intoMemorySegment(sums, 0, LE);
    s10.intoMemorySegment(sums, BYTES, LE);
    s01.intoMemorySegment(sums, 256, LE);
    s11.intoMemorySegment(sums, 256 + BYTES, LE);
    s02.intoMemorySegment(sums, 512, LE);
    s12.intoMemorySegment(sums, 512 + BYTES, LE);
    s03.intoMemorySegment(sums, 768, LE);
    s13.intoMemorySegment(sums, 768 + BYTES, LE);
    s04.intoMemorySegment(sums, 1024, LE);
    s14.intoMemorySegment(sums, 1024 + BYTES, LE);
  }
}

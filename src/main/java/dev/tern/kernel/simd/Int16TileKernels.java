package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.LE;
import static dev.tern.kernel.simd.Lanes.S;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * The inner loops of the GEMM of 4-bit layouts with 8-bit activations, for vectors of 512 bits: whole numbers modulo
 * 2¹⁶ as in {@link Q4Kernels}. Repetitive, because a loop over vectors would put them into memory, and yet as short as
 * can be: the compiler takes a quarter of a megabyte and a millisecond for each operation that is written down.
 */
final class Int16TileKernels {
  /** Tokens of a tile. */
  static final int TOKENS = 8;

  private static final int ROWS = Gemm.STEP_ROWS;
  private static final int HIGH = 0xffff0000;

  private Int16TileKernels() {}

  /**
   * Two panels × 8 tokens.
   *
   * @param chunk blocks of the first panel
   * @param second bytes from the first panel to the second
   * @param first which block of the tokens the first one is
   * @param scratch scales {@code [blocks][64 rows]} at {@code scales}, sums {@code [tokens][64 rows]} at {@code sums}
   */
  static void eight(PanelChunk chunk, long second, TokenTile tile, int first, float[] scratch, int scales, int sums) {
    int blocks = chunk.blocks;
    for (int i = 0; i <= blocks; i++) {
      if (i < blocks) {
        multiply(chunk, i, second, tile, (first + i) * TOKENS);
      }
      if (i > 0) {
        // A block later, because a vector that has just been stored cannot be loaded at once.
        add(chunk.whole, i - 1, tile.units, (first + i - 1) * TOKENS, scratch, scales + (i - 1) * ROWS, sums);
      }
    }
  }

  /** Whole numbers of a block: 16 sums in as many registers. */
  private static void multiply(PanelChunk chunk, int block, long second, TokenTile tile, int b) {
    MemorySegment weights = chunk.weights;
    int[] pairs = tile.pairs;
    short[] starts = tile.starts;
    short[] whole = chunk.whole;
    long p = chunk.at + (long) block * chunk.stride;
    ShortVector four = ShortVector.fromArray(S, Quantized.SHIFTS, 0);
    ShortVector u0 = ShortVector.broadcast(S, starts[b]);
    ShortVector l0 = u0;
    ShortVector u1 = ShortVector.broadcast(S, starts[b + 1]);
    ShortVector l1 = u1;
    ShortVector u2 = ShortVector.broadcast(S, starts[b + 2]);
    ShortVector l2 = u2;
    ShortVector u3 = ShortVector.broadcast(S, starts[b + 3]);
    ShortVector l3 = u3;
    ShortVector u4 = ShortVector.broadcast(S, starts[b + 4]);
    ShortVector l4 = u4;
    ShortVector u5 = ShortVector.broadcast(S, starts[b + 5]);
    ShortVector l5 = u5;
    ShortVector u6 = ShortVector.broadcast(S, starts[b + 6]);
    ShortVector l6 = u6;
    ShortVector u7 = ShortVector.broadcast(S, starts[b + 7]);
    ShortVector l7 = u7;
    int k = 32 * b;
    for (int g = 0; g < 8; g++) {
      ShortVector x = ShortVector.fromMemorySegment(S, weights, p + g * 64L, LE);
      ShortVector y = ShortVector.fromMemorySegment(S, weights, p + second + g * 64L, LE);
      for (int column = 0; column < 4; column++, k += TOKENS) {
        ShortVector a = IntVector.broadcast(I, pairs[k]).reinterpretAsShorts();
        u0 = x.mul(a).add(u0);
        l0 = y.mul(a).add(l0);
        a = IntVector.broadcast(I, pairs[k + 1]).reinterpretAsShorts();
        u1 = x.mul(a).add(u1);
        l1 = y.mul(a).add(l1);
        a = IntVector.broadcast(I, pairs[k + 2]).reinterpretAsShorts();
        u2 = x.mul(a).add(u2);
        l2 = y.mul(a).add(l2);
        a = IntVector.broadcast(I, pairs[k + 3]).reinterpretAsShorts();
        u3 = x.mul(a).add(u3);
        l3 = y.mul(a).add(l3);
        a = IntVector.broadcast(I, pairs[k + 4]).reinterpretAsShorts();
        u4 = x.mul(a).add(u4);
        l4 = y.mul(a).add(l4);
        a = IntVector.broadcast(I, pairs[k + 5]).reinterpretAsShorts();
        u5 = x.mul(a).add(u5);
        l5 = y.mul(a).add(l5);
        a = IntVector.broadcast(I, pairs[k + 6]).reinterpretAsShorts();
        u6 = x.mul(a).add(u6);
        l6 = y.mul(a).add(l6);
        a = IntVector.broadcast(I, pairs[k + 7]).reinterpretAsShorts();
        u7 = x.mul(a).add(u7);
        l7 = y.mul(a).add(l7);
        x = x.lanewise(LSHR, four);
        y = y.lanewise(LSHR, four);
      }
    }
    int to = (block & 1) * TOKENS * ROWS;
    u0.intoArray(whole, to);
    l0.intoArray(whole, to + 32);
    u1.intoArray(whole, to + 64);
    l1.intoArray(whole, to + 96);
    u2.intoArray(whole, to + 128);
    l2.intoArray(whole, to + 160);
    u3.intoArray(whole, to + 192);
    l3.intoArray(whole, to + 224);
    u4.intoArray(whole, to + 256);
    l4.intoArray(whole, to + 288);
    u5.intoArray(whole, to + 320);
    l5.intoArray(whole, to + 352);
    u6.intoArray(whole, to + 384);
    l6.intoArray(whole, to + 416);
    u7.intoArray(whole, to + 448);
    l7.intoArray(whole, to + 480);
  }

  /** Adds whole numbers {@code [tokens][64 rows]} of a block, times their scales. */
  private static void add(short[] whole, int block, float[] units, int b, float[] scratch, int scales, int sums) {
    int from = (block & 1) * TOKENS * ROWS;
    FloatVector e = FloatVector.fromArray(F, scratch, scales);
    FloatVector f = FloatVector.fromArray(F, scratch, scales + 16);
    FloatVector g = FloatVector.fromArray(F, scratch, scales + 32);
    FloatVector h = FloatVector.fromArray(F, scratch, scales + 48);
    int to = sums;
    for (int t = 0; t < TOKENS; t++, from += 64, to += 64) {
      FloatVector unit = FloatVector.broadcast(F, units[b + t]);
      IntVector sum = ShortVector.fromArray(S, whole, from).reinterpretAsInts();
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, to))
          .intoArray(scratch, to);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, to + 16))
          .intoArray(scratch, to + 16);
      sum = ShortVector.fromArray(S, whole, from + 32).reinterpretAsInts();
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(g.mul(unit), FloatVector.fromArray(F, scratch, to + 32))
          .intoArray(scratch, to + 32);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(h.mul(unit), FloatVector.fromArray(F, scratch, to + 48))
          .intoArray(scratch, to + 48);
    }
  }

  /**
   * Starts the sums of four tokens with what the offsets of codes add.
   *
   * @param offsets {@code [blocks][64 rows]}
   * @param token the first of the four
   */
  static void offsets(float[] scratch, int offsets, TokenTile tile, int token, int blocks, int sums) {
    float[] totals = tile.totals;
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s22 = FloatVector.zero(F);
    FloatVector s32 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    FloatVector s23 = FloatVector.zero(F);
    FloatVector s33 = FloatVector.zero(F);
    int p = offsets;
    int k = token;
    for (int i = 0; i < blocks; i++) {
      FloatVector w0 = FloatVector.fromArray(F, scratch, p);
      FloatVector w1 = FloatVector.fromArray(F, scratch, p + 16);
      FloatVector w2 = FloatVector.fromArray(F, scratch, p + 32);
      FloatVector w3 = FloatVector.fromArray(F, scratch, p + 48);
      FloatVector a = FloatVector.broadcast(F, totals[k]);
      s00 = a.fma(w0, s00);
      s10 = a.fma(w1, s10);
      s20 = a.fma(w2, s20);
      s30 = a.fma(w3, s30);
      a = FloatVector.broadcast(F, totals[k + 1]);
      s01 = a.fma(w0, s01);
      s11 = a.fma(w1, s11);
      s21 = a.fma(w2, s21);
      s31 = a.fma(w3, s31);
      a = FloatVector.broadcast(F, totals[k + 2]);
      s02 = a.fma(w0, s02);
      s12 = a.fma(w1, s12);
      s22 = a.fma(w2, s22);
      s32 = a.fma(w3, s32);
      a = FloatVector.broadcast(F, totals[k + 3]);
      s03 = a.fma(w0, s03);
      s13 = a.fma(w1, s13);
      s23 = a.fma(w2, s23);
      s33 = a.fma(w3, s33);
      p += 64;
      k += TOKENS;
    }
    int to = sums + token * 64;
    s00.intoArray(scratch, to);
    s10.intoArray(scratch, to + 16);
    s20.intoArray(scratch, to + 32);
    s30.intoArray(scratch, to + 48);
    s01.intoArray(scratch, to + 64);
    s11.intoArray(scratch, to + 80);
    s21.intoArray(scratch, to + 96);
    s31.intoArray(scratch, to + 112);
    s02.intoArray(scratch, to + 128);
    s12.intoArray(scratch, to + 144);
    s22.intoArray(scratch, to + 160);
    s32.intoArray(scratch, to + 176);
    s03.intoArray(scratch, to + 192);
    s13.intoArray(scratch, to + 208);
    s23.intoArray(scratch, to + 224);
    s33.intoArray(scratch, to + 240);
  }
}

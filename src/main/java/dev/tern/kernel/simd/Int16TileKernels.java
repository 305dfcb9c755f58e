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
 * 2¹⁶ as in {@link Q4Kernels}. Long, because a loop over vectors would put them into memory.
 */
final class Int16TileKernels {
  /** Tokens of a tile. */
  static final int TOKENS = 8;

  private static final int HIGH = 0xffff0000;

  private Int16TileKernels() {}

  /**
   * Two panels × 8 tokens: 16 sums of 32 registers.
   *
   * @param chunk blocks of the first panel
   * @param second bytes from the first panel to the second
   * @param first which block of the tokens the first one is
   * @param scratch scales {@code [blocks][64 rows]} at {@code scales}, sums {@code [tokens][64 rows]} at {@code sums}
   */
  static void eight(PanelChunk chunk, long second, TokenTile tile, int first, float[] scratch, int scales, int sums) {
    MemorySegment weights = chunk.weights;
    int[] pairs = tile.pairs;
    short[] starts = tile.starts;
    float[] units = tile.units;
    int blocks = chunk.blocks;
    int stride = chunk.stride;
    long p = chunk.at;
    int q = scales;
    ShortVector four = ShortVector.fromArray(S, Quantized.SHIFTS, 0);
    for (int i = 0; i < blocks; i++) {
      int b = (first + i) * TOKENS;
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
      for (int g = 0; g < 8; g++, k += 4 * TOKENS) {
        ShortVector x = ShortVector.fromMemorySegment(S, weights, p + g * 64L, LE);
        ShortVector y = ShortVector.fromMemorySegment(S, weights, p + second + g * 64L, LE);
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
        a = IntVector.broadcast(I, pairs[k + 8]).reinterpretAsShorts();
        u0 = x.mul(a).add(u0);
        l0 = y.mul(a).add(l0);
        a = IntVector.broadcast(I, pairs[k + 9]).reinterpretAsShorts();
        u1 = x.mul(a).add(u1);
        l1 = y.mul(a).add(l1);
        a = IntVector.broadcast(I, pairs[k + 10]).reinterpretAsShorts();
        u2 = x.mul(a).add(u2);
        l2 = y.mul(a).add(l2);
        a = IntVector.broadcast(I, pairs[k + 11]).reinterpretAsShorts();
        u3 = x.mul(a).add(u3);
        l3 = y.mul(a).add(l3);
        a = IntVector.broadcast(I, pairs[k + 12]).reinterpretAsShorts();
        u4 = x.mul(a).add(u4);
        l4 = y.mul(a).add(l4);
        a = IntVector.broadcast(I, pairs[k + 13]).reinterpretAsShorts();
        u5 = x.mul(a).add(u5);
        l5 = y.mul(a).add(l5);
        a = IntVector.broadcast(I, pairs[k + 14]).reinterpretAsShorts();
        u6 = x.mul(a).add(u6);
        l6 = y.mul(a).add(l6);
        a = IntVector.broadcast(I, pairs[k + 15]).reinterpretAsShorts();
        u7 = x.mul(a).add(u7);
        l7 = y.mul(a).add(l7);
        x = x.lanewise(LSHR, four);
        y = y.lanewise(LSHR, four);
        a = IntVector.broadcast(I, pairs[k + 16]).reinterpretAsShorts();
        u0 = x.mul(a).add(u0);
        l0 = y.mul(a).add(l0);
        a = IntVector.broadcast(I, pairs[k + 17]).reinterpretAsShorts();
        u1 = x.mul(a).add(u1);
        l1 = y.mul(a).add(l1);
        a = IntVector.broadcast(I, pairs[k + 18]).reinterpretAsShorts();
        u2 = x.mul(a).add(u2);
        l2 = y.mul(a).add(l2);
        a = IntVector.broadcast(I, pairs[k + 19]).reinterpretAsShorts();
        u3 = x.mul(a).add(u3);
        l3 = y.mul(a).add(l3);
        a = IntVector.broadcast(I, pairs[k + 20]).reinterpretAsShorts();
        u4 = x.mul(a).add(u4);
        l4 = y.mul(a).add(l4);
        a = IntVector.broadcast(I, pairs[k + 21]).reinterpretAsShorts();
        u5 = x.mul(a).add(u5);
        l5 = y.mul(a).add(l5);
        a = IntVector.broadcast(I, pairs[k + 22]).reinterpretAsShorts();
        u6 = x.mul(a).add(u6);
        l6 = y.mul(a).add(l6);
        a = IntVector.broadcast(I, pairs[k + 23]).reinterpretAsShorts();
        u7 = x.mul(a).add(u7);
        l7 = y.mul(a).add(l7);
        x = x.lanewise(LSHR, four);
        y = y.lanewise(LSHR, four);
        a = IntVector.broadcast(I, pairs[k + 24]).reinterpretAsShorts();
        u0 = x.mul(a).add(u0);
        l0 = y.mul(a).add(l0);
        a = IntVector.broadcast(I, pairs[k + 25]).reinterpretAsShorts();
        u1 = x.mul(a).add(u1);
        l1 = y.mul(a).add(l1);
        a = IntVector.broadcast(I, pairs[k + 26]).reinterpretAsShorts();
        u2 = x.mul(a).add(u2);
        l2 = y.mul(a).add(l2);
        a = IntVector.broadcast(I, pairs[k + 27]).reinterpretAsShorts();
        u3 = x.mul(a).add(u3);
        l3 = y.mul(a).add(l3);
        a = IntVector.broadcast(I, pairs[k + 28]).reinterpretAsShorts();
        u4 = x.mul(a).add(u4);
        l4 = y.mul(a).add(l4);
        a = IntVector.broadcast(I, pairs[k + 29]).reinterpretAsShorts();
        u5 = x.mul(a).add(u5);
        l5 = y.mul(a).add(l5);
        a = IntVector.broadcast(I, pairs[k + 30]).reinterpretAsShorts();
        u6 = x.mul(a).add(u6);
        l6 = y.mul(a).add(l6);
        a = IntVector.broadcast(I, pairs[k + 31]).reinterpretAsShorts();
        u7 = x.mul(a).add(u7);
        l7 = y.mul(a).add(l7);
      }
      FloatVector e = FloatVector.fromArray(F, scratch, q);
      FloatVector f = FloatVector.fromArray(F, scratch, q + 16);
      IntVector sum = u0.reinterpretAsInts();
      FloatVector unit = FloatVector.broadcast(F, units[b]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums))
          .intoArray(scratch, sums);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 16))
          .intoArray(scratch, sums + 16);
      sum = u1.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 1]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 64))
          .intoArray(scratch, sums + 64);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 80))
          .intoArray(scratch, sums + 80);
      sum = u2.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 2]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 128))
          .intoArray(scratch, sums + 128);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 144))
          .intoArray(scratch, sums + 144);
      sum = u3.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 3]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 192))
          .intoArray(scratch, sums + 192);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 208))
          .intoArray(scratch, sums + 208);
      sum = u4.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 4]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 256))
          .intoArray(scratch, sums + 256);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 272))
          .intoArray(scratch, sums + 272);
      sum = u5.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 5]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 320))
          .intoArray(scratch, sums + 320);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 336))
          .intoArray(scratch, sums + 336);
      sum = u6.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 6]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 384))
          .intoArray(scratch, sums + 384);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 400))
          .intoArray(scratch, sums + 400);
      sum = u7.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 7]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 448))
          .intoArray(scratch, sums + 448);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 464))
          .intoArray(scratch, sums + 464);
      e = FloatVector.fromArray(F, scratch, q + 32);
      f = FloatVector.fromArray(F, scratch, q + 48);
      sum = l0.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 32))
          .intoArray(scratch, sums + 32);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 48))
          .intoArray(scratch, sums + 48);
      sum = l1.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 1]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 96))
          .intoArray(scratch, sums + 96);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 112))
          .intoArray(scratch, sums + 112);
      sum = l2.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 2]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 160))
          .intoArray(scratch, sums + 160);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 176))
          .intoArray(scratch, sums + 176);
      sum = l3.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 3]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 224))
          .intoArray(scratch, sums + 224);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 240))
          .intoArray(scratch, sums + 240);
      sum = l4.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 4]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 288))
          .intoArray(scratch, sums + 288);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 304))
          .intoArray(scratch, sums + 304);
      sum = l5.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 5]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 352))
          .intoArray(scratch, sums + 352);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 368))
          .intoArray(scratch, sums + 368);
      sum = l6.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 6]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 416))
          .intoArray(scratch, sums + 416);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 432))
          .intoArray(scratch, sums + 432);
      sum = l7.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 7]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromArray(F, scratch, sums + 480))
          .intoArray(scratch, sums + 480);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromArray(F, scratch, sums + 496))
          .intoArray(scratch, sums + 496);
      p += stride;
      q += 64;
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

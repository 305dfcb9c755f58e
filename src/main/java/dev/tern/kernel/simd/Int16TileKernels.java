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

  private static final long CODES = 512;
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
  static void eight(
      PanelChunk chunk, long second, TokenTile tile, int first, MemorySegment scratch, long scales, long sums) {
    MemorySegment weights = chunk.weights;
    int[] pairs = tile.pairs;
    short[] starts = tile.starts;
    float[] units = tile.units;
    int blocks = chunk.blocks;
    int stride = chunk.stride;
    long p = chunk.at;
    long q = scales;
    ShortVector four = ShortVector.fromArray(S, Quantized.SHIFTS, 0);
    MemorySegment out = scratch.asSlice(sums, TOKENS * 256);
    for (int i = 0; i < blocks; i++) {
      MemorySegment upper = weights.asSlice(p, CODES);
      MemorySegment lower = weights.asSlice(p + second, CODES);
      MemorySegment scale = scratch.asSlice(q, 256);
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
        ShortVector x = ShortVector.fromMemorySegment(S, upper, g * 64L, LE);
        ShortVector y = ShortVector.fromMemorySegment(S, lower, g * 64L, LE);
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
      FloatVector e = FloatVector.fromMemorySegment(F, scale, 0, LE);
      FloatVector f = FloatVector.fromMemorySegment(F, scale, 64, LE);
      IntVector sum = u0.reinterpretAsInts();
      FloatVector unit = FloatVector.broadcast(F, units[b]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 0, LE))
          .intoMemorySegment(out, 0, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 64, LE))
          .intoMemorySegment(out, 64, LE);
      sum = u1.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 1]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 256, LE))
          .intoMemorySegment(out, 256, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 320, LE))
          .intoMemorySegment(out, 320, LE);
      sum = u2.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 2]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 512, LE))
          .intoMemorySegment(out, 512, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 576, LE))
          .intoMemorySegment(out, 576, LE);
      sum = u3.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 3]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 768, LE))
          .intoMemorySegment(out, 768, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 832, LE))
          .intoMemorySegment(out, 832, LE);
      sum = u4.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 4]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 1024, LE))
          .intoMemorySegment(out, 1024, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 1088, LE))
          .intoMemorySegment(out, 1088, LE);
      sum = u5.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 5]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 1280, LE))
          .intoMemorySegment(out, 1280, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 1344, LE))
          .intoMemorySegment(out, 1344, LE);
      sum = u6.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 6]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 1536, LE))
          .intoMemorySegment(out, 1536, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 1600, LE))
          .intoMemorySegment(out, 1600, LE);
      sum = u7.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 7]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 1792, LE))
          .intoMemorySegment(out, 1792, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 1856, LE))
          .intoMemorySegment(out, 1856, LE);
      e = FloatVector.fromMemorySegment(F, scale, 128, LE);
      f = FloatVector.fromMemorySegment(F, scale, 192, LE);
      sum = l0.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 128, LE))
          .intoMemorySegment(out, 128, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 192, LE))
          .intoMemorySegment(out, 192, LE);
      sum = l1.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 1]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 384, LE))
          .intoMemorySegment(out, 384, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 448, LE))
          .intoMemorySegment(out, 448, LE);
      sum = l2.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 2]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 640, LE))
          .intoMemorySegment(out, 640, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 704, LE))
          .intoMemorySegment(out, 704, LE);
      sum = l3.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 3]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 896, LE))
          .intoMemorySegment(out, 896, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 960, LE))
          .intoMemorySegment(out, 960, LE);
      sum = l4.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 4]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 1152, LE))
          .intoMemorySegment(out, 1152, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 1216, LE))
          .intoMemorySegment(out, 1216, LE);
      sum = l5.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 5]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 1408, LE))
          .intoMemorySegment(out, 1408, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 1472, LE))
          .intoMemorySegment(out, 1472, LE);
      sum = l6.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 6]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 1664, LE))
          .intoMemorySegment(out, 1664, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 1728, LE))
          .intoMemorySegment(out, 1728, LE);
      sum = l7.reinterpretAsInts();
      unit = FloatVector.broadcast(F, units[b + 7]);
      ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0))
          .fma(e.mul(unit), FloatVector.fromMemorySegment(F, out, 1920, LE))
          .intoMemorySegment(out, 1920, LE);
      ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0))
          .fma(f.mul(unit), FloatVector.fromMemorySegment(F, out, 1984, LE))
          .intoMemorySegment(out, 1984, LE);
      p += stride;
      q += 256;
    }
  }

  /**
   * Starts the sums of four tokens with what the offsets of codes add.
   *
   * @param offsets {@code [blocks][64 rows]}
   * @param token the first of the four
   */
  static void offsets(MemorySegment scratch, long offsets, TokenTile tile, int token, int blocks, long sums) {
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
    long p = offsets;
    int k = token;
    for (int i = 0; i < blocks; i++) {
      MemorySegment block = scratch.asSlice(p, 256);
      FloatVector w0 = FloatVector.fromMemorySegment(F, block, 0, LE);
      FloatVector w1 = FloatVector.fromMemorySegment(F, block, 64, LE);
      FloatVector w2 = FloatVector.fromMemorySegment(F, block, 128, LE);
      FloatVector w3 = FloatVector.fromMemorySegment(F, block, 192, LE);
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
      p += 256;
      k += TOKENS;
    }
    MemorySegment out = scratch.asSlice(sums + token * 256L, 1024);
    s00.intoMemorySegment(out, 0, LE);
    s10.intoMemorySegment(out, 64, LE);
    s20.intoMemorySegment(out, 128, LE);
    s30.intoMemorySegment(out, 192, LE);
    s01.intoMemorySegment(out, 256, LE);
    s11.intoMemorySegment(out, 320, LE);
    s21.intoMemorySegment(out, 384, LE);
    s31.intoMemorySegment(out, 448, LE);
    s02.intoMemorySegment(out, 512, LE);
    s12.intoMemorySegment(out, 576, LE);
    s22.intoMemorySegment(out, 640, LE);
    s32.intoMemorySegment(out, 704, LE);
    s03.intoMemorySegment(out, 768, LE);
    s13.intoMemorySegment(out, 832, LE);
    s23.intoMemorySegment(out, 896, LE);
    s33.intoMemorySegment(out, 960, LE);
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.HALF_MASK;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;
import static dev.tern.kernel.simd.Lanes.S;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.tern.quant.Layout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * {@link dev.tern.quant.Layout#Q4} with codes that are signed numbers, times 8-bit activations; for vectors of 512
 * bits.
 *
 * <p>All integer arithmetic is exact modulo 2¹⁶: the sum over a block of (code − 8) · activation is below 2¹⁵, whatever
 * overflows on the way. Codes are not masked out of their word: see {@link Quantized}. As 32-bit numbers the sums of
 * both halves of a word are taken 2¹⁶ times too large, and scales 2⁻¹¹² times; what is left is 2⁵⁶ and 2⁴⁰ of
 * Quantized.
 */
final class Q4Kernels {
  private static final int STRIDE = 576;
  private static final int HIGH = 0xffff0000;

  private Q4Kernels() {}

  /** Sums a part of the rows of a run of panels for one row of activations. */
  static void one(PanelChunk chunk, int part) {
    MemorySegment weights = chunk.weights;
    Quantized x = chunk.quantized[0];
    int[] pairs = x.pairs();
    short[] starts = x.starts;
    float[] units = x.scales;
    float factor = x.factor;
    float[] sums = chunk.sums;
    int to = chunk.to + part * L;
    int panels = chunk.panels;
    ShortVector four = ShortVector.fromArray(S, Quantized.SHIFTS, 0);
    int blocks = chunk.blocks;
    int step = chunk.step;
    long p = chunk.at + part * BYTES;
    for (int panel = 0; panel < panels; panel++) {
      FloatVector low = FloatVector.zero(F);
      FloatVector high = FloatVector.zero(F);
      for (int i = 0; i < blocks; i++) {
        int k = 32 * i;
        ShortVector a = ShortVector.broadcast(S, starts[i]);
        ShortVector b = ShortVector.zero(S);
        ShortVector c = ShortVector.zero(S);
        ShortVector d = ShortVector.zero(S);
        for (int g = 0; g < 8; g += step) {
          ShortVector v = ShortVector.fromMemorySegment(S, weights, p + g * 64L, LE);
          a = v.mul(IntVector.broadcast(I, pairs[k + 4 * g]).reinterpretAsShorts()).add(a);
          v = v.lanewise(LSHR, four);
          b = v.mul(IntVector.broadcast(I, pairs[k + 4 * g + 1]).reinterpretAsShorts()).add(b);
          v = v.lanewise(LSHR, four);
          c = v.mul(IntVector.broadcast(I, pairs[k + 4 * g + 2]).reinterpretAsShorts()).add(c);
          v = v.lanewise(LSHR, four);
          d = v.mul(IntVector.broadcast(I, pairs[k + 4 * g + 3]).reinterpretAsShorts()).add(d);
        }
        IntVector scale = IntVector.fromMemorySegment(I, weights, p + 512, LE);
        FloatVector even = scale.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        FloatVector odd = scale.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        IntVector sum = a.add(b).add(c).add(d).reinterpretAsInts();
        low = ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).mul(units[i]).fma(even, low);
        high = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).mul(units[i]).fma(odd, high);
        p += STRIDE;
      }
      low.mul(0x1p56f).mul(factor).intoArray(sums, to);
      high.mul(0x1p56f).mul(factor).intoArray(sums, to + 16);
      to += Layout.PANEL;
    }
  }

  /** The same for four rows of activations, with the same result for each. */
  static void four(PanelChunk chunk, int part) {
    MemorySegment weights = chunk.weights;
    Quantized x0 = chunk.quantized[0];
    int[] pairs0 = x0.pairs();
    short[] starts0 = x0.starts;
    float[] units0 = x0.scales;
    Quantized x1 = chunk.quantized[1];
    int[] pairs1 = x1.pairs();
    short[] starts1 = x1.starts;
    float[] units1 = x1.scales;
    Quantized x2 = chunk.quantized[2];
    int[] pairs2 = x2.pairs();
    short[] starts2 = x2.starts;
    float[] units2 = x2.scales;
    Quantized x3 = chunk.quantized[3];
    int[] pairs3 = x3.pairs();
    short[] starts3 = x3.starts;
    float[] units3 = x3.scales;
    FloatVector low0 = FloatVector.zero(F);
    FloatVector high0 = FloatVector.zero(F);
    FloatVector low1 = FloatVector.zero(F);
    FloatVector high1 = FloatVector.zero(F);
    FloatVector low2 = FloatVector.zero(F);
    FloatVector high2 = FloatVector.zero(F);
    FloatVector low3 = FloatVector.zero(F);
    FloatVector high3 = FloatVector.zero(F);
    ShortVector four = ShortVector.fromArray(S, Quantized.SHIFTS, 0);
    int blocks = chunk.blocks;
    int step = chunk.step;
    long p = chunk.at + part * BYTES;
    for (int i = 0; i < blocks; i++) {
      int k = 32 * i;
      ShortVector a0 = ShortVector.broadcast(S, starts0[i]);
      ShortVector b0 = ShortVector.zero(S);
      ShortVector c0 = ShortVector.zero(S);
      ShortVector d0 = ShortVector.zero(S);
      ShortVector a1 = ShortVector.broadcast(S, starts1[i]);
      ShortVector b1 = ShortVector.zero(S);
      ShortVector c1 = ShortVector.zero(S);
      ShortVector d1 = ShortVector.zero(S);
      ShortVector a2 = ShortVector.broadcast(S, starts2[i]);
      ShortVector b2 = ShortVector.zero(S);
      ShortVector c2 = ShortVector.zero(S);
      ShortVector d2 = ShortVector.zero(S);
      ShortVector a3 = ShortVector.broadcast(S, starts3[i]);
      ShortVector b3 = ShortVector.zero(S);
      ShortVector c3 = ShortVector.zero(S);
      ShortVector d3 = ShortVector.zero(S);
      for (int g = 0; g < 8; g += step) {
        ShortVector v = ShortVector.fromMemorySegment(S, weights, p + g * 64L, LE);
        a0 = v.mul(IntVector.broadcast(I, pairs0[k + 4 * g]).reinterpretAsShorts()).add(a0);
        a1 = v.mul(IntVector.broadcast(I, pairs1[k + 4 * g]).reinterpretAsShorts()).add(a1);
        a2 = v.mul(IntVector.broadcast(I, pairs2[k + 4 * g]).reinterpretAsShorts()).add(a2);
        a3 = v.mul(IntVector.broadcast(I, pairs3[k + 4 * g]).reinterpretAsShorts()).add(a3);
        v = v.lanewise(LSHR, four);
        b0 = v.mul(IntVector.broadcast(I, pairs0[k + 4 * g + 1]).reinterpretAsShorts()).add(b0);
        b1 = v.mul(IntVector.broadcast(I, pairs1[k + 4 * g + 1]).reinterpretAsShorts()).add(b1);
        b2 = v.mul(IntVector.broadcast(I, pairs2[k + 4 * g + 1]).reinterpretAsShorts()).add(b2);
        b3 = v.mul(IntVector.broadcast(I, pairs3[k + 4 * g + 1]).reinterpretAsShorts()).add(b3);
        v = v.lanewise(LSHR, four);
        c0 = v.mul(IntVector.broadcast(I, pairs0[k + 4 * g + 2]).reinterpretAsShorts()).add(c0);
        c1 = v.mul(IntVector.broadcast(I, pairs1[k + 4 * g + 2]).reinterpretAsShorts()).add(c1);
        c2 = v.mul(IntVector.broadcast(I, pairs2[k + 4 * g + 2]).reinterpretAsShorts()).add(c2);
        c3 = v.mul(IntVector.broadcast(I, pairs3[k + 4 * g + 2]).reinterpretAsShorts()).add(c3);
        v = v.lanewise(LSHR, four);
        d0 = v.mul(IntVector.broadcast(I, pairs0[k + 4 * g + 3]).reinterpretAsShorts()).add(d0);
        d1 = v.mul(IntVector.broadcast(I, pairs1[k + 4 * g + 3]).reinterpretAsShorts()).add(d1);
        d2 = v.mul(IntVector.broadcast(I, pairs2[k + 4 * g + 3]).reinterpretAsShorts()).add(d2);
        d3 = v.mul(IntVector.broadcast(I, pairs3[k + 4 * g + 3]).reinterpretAsShorts()).add(d3);
      }
      IntVector scale = IntVector.fromMemorySegment(I, weights, p + 512, LE);
      FloatVector even = scale.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      FloatVector odd = scale.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      IntVector sum = a0.add(b0).add(c0).add(d0).reinterpretAsInts();
      low0 = ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).mul(units0[i]).fma(even, low0);
      high0 = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).mul(units0[i]).fma(odd, high0);
      sum = a1.add(b1).add(c1).add(d1).reinterpretAsInts();
      low1 = ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).mul(units1[i]).fma(even, low1);
      high1 = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).mul(units1[i]).fma(odd, high1);
      sum = a2.add(b2).add(c2).add(d2).reinterpretAsInts();
      low2 = ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).mul(units2[i]).fma(even, low2);
      high2 = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).mul(units2[i]).fma(odd, high2);
      sum = a3.add(b3).add(c3).add(d3).reinterpretAsInts();
      low3 = ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).mul(units3[i]).fma(even, low3);
      high3 = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).mul(units3[i]).fma(odd, high3);
      p += STRIDE;
    }
    float[] sums = chunk.sums;
    int to = chunk.to + part * L;
    low0.mul(0x1p56f).mul(x0.factor).intoArray(sums, to);
    high0.mul(0x1p56f).mul(x0.factor).intoArray(sums, to + 16);
    low1.mul(0x1p56f).mul(x1.factor).intoArray(sums, to + 32);
    high1.mul(0x1p56f).mul(x1.factor).intoArray(sums, to + 48);
    low2.mul(0x1p56f).mul(x2.factor).intoArray(sums, to + 64);
    high2.mul(0x1p56f).mul(x2.factor).intoArray(sums, to + 80);
    low3.mul(0x1p56f).mul(x3.factor).intoArray(sums, to + 96);
    high3.mul(0x1p56f).mul(x3.factor).intoArray(sums, to + 112);
  }
}

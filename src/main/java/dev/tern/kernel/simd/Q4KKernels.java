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
 * {@link dev.tern.quant.Layout#Q4_K} times 8-bit activations, as in {@link Q4Kernels}; for vectors of 512 bits. The
 * scale and the minimum of a block are a whole number times a half float of the super-block.
 */
final class Q4KKernels {
  private static final int HEADER = 128;
  private static final int STRIDE = 576;
  private static final int HIGH = 0xffff0000;

  private Q4KKernels() {}

  /** Sums a part of the rows of a run of panels for one row of activations. */
  static void one(PanelChunk chunk, int part) {
    MemorySegment weights = chunk.weights;
    Quantized x = chunk.quantized[0];
    int[] pairs = x.pairs();
    short[] starts = x.starts;
    float[] units = x.scales;
    float[] offsets = x.offsets;
    float[] totals = x.totals;
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
      for (int first = 0; first < blocks; first += 8) {
        FloatVector lowScaled = FloatVector.zero(F);
        FloatVector highScaled = FloatVector.zero(F);
        FloatVector lowMins = FloatVector.zero(F);
        FloatVector highMins = FloatVector.zero(F);
        int last = Math.min(first + 8, blocks);
        for (int i = first; i < last; i++) {
          long q = p + HEADER + (i - first) * STRIDE;
          int k = 32 * i;
          ShortVector a = ShortVector.broadcast(S, starts[i]);
          ShortVector b = ShortVector.zero(S);
          ShortVector c = ShortVector.zero(S);
          ShortVector d = ShortVector.zero(S);
          for (int g = 0; g < 8; g += step) {
            ShortVector v = ShortVector.fromMemorySegment(S, weights, q + g * 64L, LE);
            a = v.mul(IntVector.broadcast(I, pairs[k + 4 * g]).reinterpretAsShorts()).add(a);
            v = v.lanewise(LSHR, four);
            b = v.mul(IntVector.broadcast(I, pairs[k + 4 * g + 1]).reinterpretAsShorts()).add(b);
            v = v.lanewise(LSHR, four);
            c = v.mul(IntVector.broadcast(I, pairs[k + 4 * g + 2]).reinterpretAsShorts()).add(c);
            v = v.lanewise(LSHR, four);
            d = v.mul(IntVector.broadcast(I, pairs[k + 4 * g + 3]).reinterpretAsShorts()).add(d);
          }
          IntVector scale = IntVector.fromMemorySegment(I, weights, q + 512, LE);
          FloatVector even = (FloatVector) scale.and(0xff).convertShape(I2F, F, 0);
          FloatVector odd = (FloatVector) scale.lanewise(LSHR, 8).and(0xff).convertShape(I2F, F, 0);
          FloatVector evenMin = (FloatVector) scale.lanewise(LSHR, 16).and(0xff).convertShape(I2F, F, 0);
          FloatVector oddMin = (FloatVector) scale.lanewise(LSHR, 24).convertShape(I2F, F, 0);
          IntVector sum = a.add(b).add(c).add(d).reinterpretAsInts();
          FloatVector unit = FloatVector.broadcast(F, units[i]);
          FloatVector offset = FloatVector.broadcast(F, offsets[i]);
          FloatVector total = FloatVector.broadcast(F, totals[i]);
          lowScaled =
              ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).fma(unit, offset).fma(even, lowScaled);
          highScaled = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).fma(unit, offset).fma(odd, highScaled);
          lowMins = total.fma(evenMin, lowMins);
          highMins = total.fma(oddMin, highMins);
        }
        IntVector half = IntVector.fromMemorySegment(I, weights, p, LE);
        FloatVector d = half.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        FloatVector e = half.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        half = IntVector.fromMemorySegment(I, weights, p + 64, LE);
        FloatVector m = half.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        FloatVector n = half.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        low = lowMins.fma(m, lowScaled.fma(d, low));
        high = highMins.fma(n, highScaled.fma(e, high));
        p += HEADER + 8 * STRIDE;
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
    float[] offsets0 = x0.offsets;
    float[] totals0 = x0.totals;
    Quantized x1 = chunk.quantized[1];
    int[] pairs1 = x1.pairs();
    short[] starts1 = x1.starts;
    float[] units1 = x1.scales;
    float[] offsets1 = x1.offsets;
    float[] totals1 = x1.totals;
    Quantized x2 = chunk.quantized[2];
    int[] pairs2 = x2.pairs();
    short[] starts2 = x2.starts;
    float[] units2 = x2.scales;
    float[] offsets2 = x2.offsets;
    float[] totals2 = x2.totals;
    Quantized x3 = chunk.quantized[3];
    int[] pairs3 = x3.pairs();
    short[] starts3 = x3.starts;
    float[] units3 = x3.scales;
    float[] offsets3 = x3.offsets;
    float[] totals3 = x3.totals;
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
    for (int first = 0; first < blocks; first += 8) {
      FloatVector lowScaled0 = FloatVector.zero(F);
      FloatVector highScaled0 = FloatVector.zero(F);
      FloatVector lowMins0 = FloatVector.zero(F);
      FloatVector highMins0 = FloatVector.zero(F);
      FloatVector lowScaled1 = FloatVector.zero(F);
      FloatVector highScaled1 = FloatVector.zero(F);
      FloatVector lowMins1 = FloatVector.zero(F);
      FloatVector highMins1 = FloatVector.zero(F);
      FloatVector lowScaled2 = FloatVector.zero(F);
      FloatVector highScaled2 = FloatVector.zero(F);
      FloatVector lowMins2 = FloatVector.zero(F);
      FloatVector highMins2 = FloatVector.zero(F);
      FloatVector lowScaled3 = FloatVector.zero(F);
      FloatVector highScaled3 = FloatVector.zero(F);
      FloatVector lowMins3 = FloatVector.zero(F);
      FloatVector highMins3 = FloatVector.zero(F);
      int last = Math.min(first + 8, blocks);
      for (int i = first; i < last; i++) {
        long q = p + HEADER + (i - first) * STRIDE;
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
          ShortVector v = ShortVector.fromMemorySegment(S, weights, q + g * 64L, LE);
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
        IntVector scale = IntVector.fromMemorySegment(I, weights, q + 512, LE);
        FloatVector even = (FloatVector) scale.and(0xff).convertShape(I2F, F, 0);
        FloatVector odd = (FloatVector) scale.lanewise(LSHR, 8).and(0xff).convertShape(I2F, F, 0);
        FloatVector evenMin = (FloatVector) scale.lanewise(LSHR, 16).and(0xff).convertShape(I2F, F, 0);
        FloatVector oddMin = (FloatVector) scale.lanewise(LSHR, 24).convertShape(I2F, F, 0);
        IntVector sum = a0.add(b0).add(c0).add(d0).reinterpretAsInts();
        FloatVector unit = FloatVector.broadcast(F, units0[i]);
        FloatVector offset = FloatVector.broadcast(F, offsets0[i]);
        FloatVector total = FloatVector.broadcast(F, totals0[i]);
        lowScaled0 =
            ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).fma(unit, offset).fma(even, lowScaled0);
        highScaled0 = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).fma(unit, offset).fma(odd, highScaled0);
        lowMins0 = total.fma(evenMin, lowMins0);
        highMins0 = total.fma(oddMin, highMins0);
        sum = a1.add(b1).add(c1).add(d1).reinterpretAsInts();
        unit = FloatVector.broadcast(F, units1[i]);
        offset = FloatVector.broadcast(F, offsets1[i]);
        total = FloatVector.broadcast(F, totals1[i]);
        lowScaled1 =
            ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).fma(unit, offset).fma(even, lowScaled1);
        highScaled1 = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).fma(unit, offset).fma(odd, highScaled1);
        lowMins1 = total.fma(evenMin, lowMins1);
        highMins1 = total.fma(oddMin, highMins1);
        sum = a2.add(b2).add(c2).add(d2).reinterpretAsInts();
        unit = FloatVector.broadcast(F, units2[i]);
        offset = FloatVector.broadcast(F, offsets2[i]);
        total = FloatVector.broadcast(F, totals2[i]);
        lowScaled2 =
            ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).fma(unit, offset).fma(even, lowScaled2);
        highScaled2 = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).fma(unit, offset).fma(odd, highScaled2);
        lowMins2 = total.fma(evenMin, lowMins2);
        highMins2 = total.fma(oddMin, highMins2);
        sum = a3.add(b3).add(c3).add(d3).reinterpretAsInts();
        unit = FloatVector.broadcast(F, units3[i]);
        offset = FloatVector.broadcast(F, offsets3[i]);
        total = FloatVector.broadcast(F, totals3[i]);
        lowScaled3 =
            ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).fma(unit, offset).fma(even, lowScaled3);
        highScaled3 = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).fma(unit, offset).fma(odd, highScaled3);
        lowMins3 = total.fma(evenMin, lowMins3);
        highMins3 = total.fma(oddMin, highMins3);
      }
      IntVector half = IntVector.fromMemorySegment(I, weights, p, LE);
      FloatVector d = half.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      FloatVector e = half.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      half = IntVector.fromMemorySegment(I, weights, p + 64, LE);
      FloatVector m = half.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      FloatVector n = half.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      low0 = lowMins0.fma(m, lowScaled0.fma(d, low0));
      high0 = highMins0.fma(n, highScaled0.fma(e, high0));
      low1 = lowMins1.fma(m, lowScaled1.fma(d, low1));
      high1 = highMins1.fma(n, highScaled1.fma(e, high1));
      low2 = lowMins2.fma(m, lowScaled2.fma(d, low2));
      high2 = highMins2.fma(n, highScaled2.fma(e, high2));
      low3 = lowMins3.fma(m, lowScaled3.fma(d, low3));
      high3 = highMins3.fma(n, highScaled3.fma(e, high3));
      p += HEADER + 8 * STRIDE;
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

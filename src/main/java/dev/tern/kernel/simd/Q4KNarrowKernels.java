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

/** {@link Q4KKernels} for shorter vectors, in the manner of {@link Q4NarrowKernels}. */
final class Q4KNarrowKernels {
  private static final int HEADER = 128;
  private static final int STRIDE = 576;
  private static final int HIGH = 0xffff0000;

  private Q4KNarrowKernels() {}

  /** Sums two parts of the rows of a run of panels for one row of activations. */
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
    int four = Quantized.SHIFTS[0];
    int eight = 2 * four;
    int twelve = 3 * four;
    int blocks = chunk.blocks;
    int step = chunk.step;
    long p = chunk.at + part * BYTES;
    for (int panel = 0; panel < panels; panel++) {
      FloatVector lowA = FloatVector.zero(F);
      FloatVector highA = FloatVector.zero(F);
      FloatVector lowB = FloatVector.zero(F);
      FloatVector highB = FloatVector.zero(F);
      for (int first = 0; first < blocks; first += 8) {
        FloatVector lowScaledA = FloatVector.zero(F);
        FloatVector highScaledA = FloatVector.zero(F);
        FloatVector lowMinsA = FloatVector.zero(F);
        FloatVector highMinsA = FloatVector.zero(F);
        FloatVector lowScaledB = FloatVector.zero(F);
        FloatVector highScaledB = FloatVector.zero(F);
        FloatVector lowMinsB = FloatVector.zero(F);
        FloatVector highMinsB = FloatVector.zero(F);
        int last = Math.min(first + 8, blocks);
        for (int i = first; i < last; i++) {
          long q = p + HEADER + (i - first) * STRIDE;
          int k = 32 * i;
          ShortVector aA = ShortVector.broadcast(S, starts[i]);
          ShortVector bA = ShortVector.zero(S);
          ShortVector aB = ShortVector.broadcast(S, starts[i]);
          ShortVector bB = ShortVector.zero(S);
          for (int g = 0; g < 8; g += step) {
            ShortVector vA = ShortVector.fromMemorySegment(S, weights, q + g * 64L, LE);
            ShortVector vB = ShortVector.fromMemorySegment(S, weights, q + g * 64L + BYTES, LE);
            ShortVector y = IntVector.broadcast(I, pairs[k + 4 * g]).reinterpretAsShorts();
            aA = vA.mul(y).add(aA);
            aB = vB.mul(y).add(aB);
            y = IntVector.broadcast(I, pairs[k + 4 * g + 1]).reinterpretAsShorts();
            bA = vA.lanewise(LSHR, four).mul(y).add(bA);
            bB = vB.lanewise(LSHR, four).mul(y).add(bB);
            y = IntVector.broadcast(I, pairs[k + 4 * g + 2]).reinterpretAsShorts();
            aA = vA.lanewise(LSHR, eight).mul(y).add(aA);
            aB = vB.lanewise(LSHR, eight).mul(y).add(aB);
            y = IntVector.broadcast(I, pairs[k + 4 * g + 3]).reinterpretAsShorts();
            bA = vA.lanewise(LSHR, twelve).mul(y).add(bA);
            bB = vB.lanewise(LSHR, twelve).mul(y).add(bB);
          }
          IntVector scaleA = IntVector.fromMemorySegment(I, weights, q + 512, LE);
          FloatVector evenA = (FloatVector) scaleA.and(0xff).convertShape(I2F, F, 0);
          FloatVector oddA = (FloatVector) scaleA.lanewise(LSHR, 8).and(0xff).convertShape(I2F, F, 0);
          FloatVector evenMinA = (FloatVector) scaleA.lanewise(LSHR, 16).and(0xff).convertShape(I2F, F, 0);
          FloatVector oddMinA = (FloatVector) scaleA.lanewise(LSHR, 24).convertShape(I2F, F, 0);
          IntVector scaleB = IntVector.fromMemorySegment(I, weights, q + 512 + BYTES, LE);
          FloatVector evenB = (FloatVector) scaleB.and(0xff).convertShape(I2F, F, 0);
          FloatVector oddB = (FloatVector) scaleB.lanewise(LSHR, 8).and(0xff).convertShape(I2F, F, 0);
          FloatVector evenMinB = (FloatVector) scaleB.lanewise(LSHR, 16).and(0xff).convertShape(I2F, F, 0);
          FloatVector oddMinB = (FloatVector) scaleB.lanewise(LSHR, 24).convertShape(I2F, F, 0);
          IntVector sum = aA.add(bA).reinterpretAsInts();
          FloatVector unit = FloatVector.broadcast(F, units[i]);
          FloatVector offset = FloatVector.broadcast(F, offsets[i]);
          FloatVector total = FloatVector.broadcast(F, totals[i]);
          lowScaledA =
              ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).fma(unit, offset).fma(evenA, lowScaledA);
          highScaledA = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).fma(unit, offset).fma(oddA, highScaledA);
          lowMinsA = total.fma(evenMinA, lowMinsA);
          highMinsA = total.fma(oddMinA, highMinsA);
          sum = aB.add(bB).reinterpretAsInts();
          lowScaledB =
              ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).fma(unit, offset).fma(evenB, lowScaledB);
          highScaledB = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).fma(unit, offset).fma(oddB, highScaledB);
          lowMinsB = total.fma(evenMinB, lowMinsB);
          highMinsB = total.fma(oddMinB, highMinsB);
        }
        IntVector half = IntVector.fromMemorySegment(I, weights, p, LE);
        FloatVector d = half.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        FloatVector e = half.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        half = IntVector.fromMemorySegment(I, weights, p + 64, LE);
        FloatVector m = half.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        FloatVector n = half.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        lowA = lowMinsA.fma(m, lowScaledA.fma(d, lowA));
        highA = highMinsA.fma(n, highScaledA.fma(e, highA));
        half = IntVector.fromMemorySegment(I, weights, p + BYTES, LE);
        d = half.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        e = half.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        half = IntVector.fromMemorySegment(I, weights, p + 64 + BYTES, LE);
        m = half.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        n = half.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        lowB = lowMinsB.fma(m, lowScaledB.fma(d, lowB));
        highB = highMinsB.fma(n, highScaledB.fma(e, highB));
        p += HEADER + 8 * STRIDE;
      }
      lowA.mul(0x1p56f).mul(factor).intoArray(sums, to);
      highA.mul(0x1p56f).mul(factor).intoArray(sums, to + 16);
      lowB.mul(0x1p56f).mul(factor).intoArray(sums, to + L);
      highB.mul(0x1p56f).mul(factor).intoArray(sums, to + 16 + L);
      to += Layout.PANEL;
    }
  }
}

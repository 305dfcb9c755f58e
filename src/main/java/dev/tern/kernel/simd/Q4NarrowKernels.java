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
 * {@link Q4Kernels} for shorter vectors. Two parts share the broadcasts of activations, and all lanes are shifted by
 * one count from a register: AVX2 has no shift by a vector of 16-bit counts, and a constant count is loaded at every
 * use.
 */
final class Q4NarrowKernels {
  private static final int STRIDE = 576;
  private static final int HIGH = 0xffff0000;

  private Q4NarrowKernels() {}

  /** Sums two parts of the rows of a run of panels for one row of activations. */
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
      for (int i = 0; i < blocks; i++) {
        int k = 32 * i;
        ShortVector aA = ShortVector.broadcast(S, starts[i]);
        ShortVector bA = ShortVector.zero(S);
        ShortVector aB = ShortVector.broadcast(S, starts[i]);
        ShortVector bB = ShortVector.zero(S);
        for (int g = 0; g < 8; g += step) {
          ShortVector vA = ShortVector.fromMemorySegment(S, weights, p + g * 64L, LE);
          ShortVector vB = ShortVector.fromMemorySegment(S, weights, p + g * 64L + BYTES, LE);
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
        IntVector scaleA = IntVector.fromMemorySegment(I, weights, p + 512, LE);
        FloatVector evenA = scaleA.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        FloatVector oddA = scaleA.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        IntVector scaleB = IntVector.fromMemorySegment(I, weights, p + 512 + BYTES, LE);
        FloatVector evenB = scaleB.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        FloatVector oddB = scaleB.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
        IntVector sum = aA.add(bA).reinterpretAsInts();
        lowA = ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).mul(units[i]).fma(evenA, lowA);
        highA = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).mul(units[i]).fma(oddA, highA);
        sum = aB.add(bB).reinterpretAsInts();
        lowB = ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).mul(units[i]).fma(evenB, lowB);
        highB = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).mul(units[i]).fma(oddB, highB);
        p += STRIDE;
      }
      lowA.mul(0x1p56f).mul(factor).intoArray(sums, to);
      highA.mul(0x1p56f).mul(factor).intoArray(sums, to + 16);
      lowB.mul(0x1p56f).mul(factor).intoArray(sums, to + L);
      highB.mul(0x1p56f).mul(factor).intoArray(sums, to + 16 + L);
      to += Layout.PANEL;
    }
  }
}

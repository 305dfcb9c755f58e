package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.HALF_MASK;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;
import static dev.tern.kernel.simd.Lanes.S;
import static dev.tern.kernel.simd.Q8Kernels.EIGHT;
import static dev.tern.kernel.simd.Q8Kernels.RUN;
import static dev.tern.kernel.simd.Q8Kernels.UP;
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
 * {@link Layout#Q8_K} times 8-bit activations: codes of five bits, summed as in {@link Q8K16Kernels}, with scales and
 * minimums as in {@link Q4KKernels}.
 */
final class Q8KKernels {
  private static final int HEADER = 128;
  private static final int STRIDE = 1088;

  /** Totals of activations are 2¹⁶ times what sums of codes are. */
  private static final float DOWN = 0x1p-16f;

  private Q8KKernels() {}

  /** Adds the sums of a run of panels for one row of activations. */
  static void one(PanelChunk chunk) {
    MemorySegment weights = chunk.weights;
    Quantized x = chunk.quantized[0];
    int[] triples = x.triples();
    int[] halves = x.halves();
    float[] units = x.scales;
    float[] totals = x.totals;
    float factor = x.factor;
    float[] sums = chunk.sums;
    int to = chunk.to;
    int panels = chunk.panels;
    int blocks = chunk.blocks;
    int step = chunk.step;
    ShortVector eight = ShortVector.fromArray(S, EIGHT, 0);
    int shift = EIGHT[0];
    long p = chunk.at;
    for (int panel = 0; panel < panels; panel++) {
      for (int first = 0; first < blocks; first += RUN) {
        int last = Math.min(first + RUN, blocks);
        int before = first % PanelChunk.BLOCKS;
        for (int part = 0; part < 16; part += L) {
          FloatVector low = FloatVector.zero(F);
          FloatVector high = FloatVector.zero(F);
          FloatVector lowMins = FloatVector.zero(F);
          FloatVector highMins = FloatVector.zero(F);
          for (int i = first; i < last; i++) {
            long at = p + HEADER + (before + i - first) * STRIDE + 4L * part;
            IntVector lowSum = IntVector.zero(I);
            IntVector highSum = IntVector.zero(I);
            for (int half = 0; half < 2; half += step) {
              int k = 24 * i + 12 * half;
              long q = 512L * half;
              ShortVector a = IntVector.broadcast(I, halves[2 * i + half]).reinterpretAsShorts();
              ShortVector b = ShortVector.zero(S);
              ShortVector c = a;
              ShortVector d = b;
              for (int g = 0; g < 4; g += step) {
                ShortVector v = ShortVector.fromMemorySegment(S, weights, at + q + g * 128L, LE);
                ShortVector u = ShortVector.fromMemorySegment(S, weights, at + q + g * 128L + 64, LE);
                ShortVector both = IntVector.broadcast(I, triples[k + 3 * g]).reinterpretAsShorts();
                ShortVector upper = IntVector.broadcast(I, triples[k + 3 * g + 1]).reinterpretAsShorts();
                a = v.mul(both).add(a);
                c = u.mul(both).add(c);
                v = L == 16 ? v.lanewise(LSHR, eight) : v.lanewise(LSHR, shift);
                u = L == 16 ? u.lanewise(LSHR, eight) : u.lanewise(LSHR, shift);
                b = v.mul(upper).add(b);
                d = u.mul(upper).add(d);
              }
              IntVector sum = a.add(b).reinterpretAsInts();
              lowSum = sum.lanewise(LSHL, 16).lanewise(ASHR, 16).add(sum.lanewise(ASHR, 16)).add(lowSum);
              sum = c.add(d).reinterpretAsInts();
              highSum = sum.lanewise(LSHL, 16).lanewise(ASHR, 16).add(sum.lanewise(ASHR, 16)).add(highSum);
            }
            IntVector scale = IntVector.fromMemorySegment(I, weights, at + 1024, LE);
            FloatVector even = (FloatVector) scale.and(0xff).convertShape(I2F, F, 0);
            FloatVector odd = (FloatVector) scale.lanewise(LSHR, 8).and(0xff).convertShape(I2F, F, 0);
            FloatVector evenMin = (FloatVector) scale.lanewise(LSHR, 16).and(0xff).convertShape(I2F, F, 0);
            FloatVector oddMin = (FloatVector) scale.lanewise(LSHR, 24).convertShape(I2F, F, 0);
            low = ((FloatVector) lowSum.convertShape(I2F, F, 0)).mul(units[i]).fma(even, low);
            high = ((FloatVector) highSum.convertShape(I2F, F, 0)).mul(units[i]).fma(odd, high);
            FloatVector total = FloatVector.broadcast(F, totals[i] * DOWN);
            lowMins = total.fma(evenMin, lowMins);
            highMins = total.fma(oddMin, highMins);
          }
          IntVector unit = IntVector.fromMemorySegment(I, weights, p + 4L * part, LE);
          FloatVector even = unit.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
          FloatVector odd = unit.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
          unit = IntVector.fromMemorySegment(I, weights, p + 64 + 4L * part, LE);
          FloatVector evenMin = unit.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
          FloatVector oddMin = unit.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
          low = lowMins.fma(evenMin, low.mul(even));
          high = highMins.fma(oddMin, high.mul(odd));
          FloatVector up = FloatVector.broadcast(F, factor);
          low.mul(UP).fma(up, FloatVector.fromArray(F, sums, to + part)).intoArray(sums, to + part);
          high.mul(UP).fma(up, FloatVector.fromArray(F, sums, to + part + 16)).intoArray(sums, to + part + 16);
        }
        if (last % PanelChunk.BLOCKS == 0 || last == blocks) {
          p += HEADER + PanelChunk.BLOCKS * STRIDE;
        }
      }
      to += Layout.PANEL;
    }
  }
}

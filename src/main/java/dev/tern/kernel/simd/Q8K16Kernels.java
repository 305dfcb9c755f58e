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
 * {@link Layout#Q8_K16} times 8-bit activations, as in {@link Q8Kernels}. The scale of 16 columns is a whole number
 * times a half float of the super-block.
 */
final class Q8K16Kernels {
  private static final int HEADER = 64;
  private static final int STRIDE = 1088;

  private Q8K16Kernels() {}

  /** Adds the sums of a run of panels for one row of activations. */
  static void one(PanelChunk chunk) {
    MemorySegment weights = chunk.weights;
    Quantized x = chunk.quantized[0];
    int[] triples = x.triples();
    int[] halves = x.halves();
    float[] units = x.scales;
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
          for (int i = first; i < last; i++) {
            long at = p + HEADER + (before + i - first) * STRIDE + 4L * part;
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
              IntVector scale = IntVector.fromMemorySegment(I, weights, at + 1024, LE).lanewise(ASHR, 16 * half);
              FloatVector even = (FloatVector) scale.lanewise(LSHL, 24).lanewise(ASHR, 24).convertShape(I2F, F, 0);
              FloatVector odd = (FloatVector) scale.lanewise(LSHL, 16).lanewise(ASHR, 24).convertShape(I2F, F, 0);
              IntVector sum = a.add(b).reinterpretAsInts();
              sum = sum.lanewise(LSHL, 16).lanewise(ASHR, 16).add(sum.lanewise(ASHR, 16));
              low = ((FloatVector) sum.convertShape(I2F, F, 0)).mul(units[i]).fma(even, low);
              sum = c.add(d).reinterpretAsInts();
              sum = sum.lanewise(LSHL, 16).lanewise(ASHR, 16).add(sum.lanewise(ASHR, 16));
              high = ((FloatVector) sum.convertShape(I2F, F, 0)).mul(units[i]).fma(odd, high);
            }
          }
          IntVector unit = IntVector.fromMemorySegment(I, weights, p + 4L * part, LE);
          FloatVector even = unit.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
          FloatVector odd = unit.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
          FloatVector up = FloatVector.broadcast(F, factor);
          even.mul(low).mul(UP).fma(up, FloatVector.fromArray(F, sums, to + part)).intoArray(sums, to + part);
          odd.mul(high).mul(UP).fma(up, FloatVector.fromArray(F, sums, to + part + 16)).intoArray(sums, to + part + 16);
        }
        if (last % PanelChunk.BLOCKS == 0 || last == blocks) {
          p += HEADER + PanelChunk.BLOCKS * STRIDE;
        }
      }
      to += Layout.PANEL;
    }
  }

  /**
   * The same for four rows of activations and one panel, with the same operations for each; one half of the rows of the
   * panel after the other, because registers are few.
   */
  static void four(PanelChunk chunk) {
    MemorySegment weights = chunk.weights;
    Quantized x0 = chunk.quantized[0];
    int[] triples0 = x0.triples();
    int[] halves0 = x0.halves();
    float[] units0 = x0.scales;
    Quantized x1 = chunk.quantized[1];
    int[] triples1 = x1.triples();
    int[] halves1 = x1.halves();
    float[] units1 = x1.scales;
    Quantized x2 = chunk.quantized[2];
    int[] triples2 = x2.triples();
    int[] halves2 = x2.halves();
    float[] units2 = x2.scales;
    Quantized x3 = chunk.quantized[3];
    int[] triples3 = x3.triples();
    int[] halves3 = x3.halves();
    float[] units3 = x3.scales;
    float[] sums = chunk.sums;
    int blocks = chunk.blocks;
    int step = chunk.step;
    ShortVector eight = ShortVector.fromArray(S, EIGHT, 0);
    int shift = EIGHT[0];
    long p = chunk.at;
    for (int first = 0; first < blocks; first += PanelChunk.BLOCKS) {
      int last = Math.min(first + PanelChunk.BLOCKS, blocks);
      for (int rows = 0; rows < Layout.PANEL; rows += L) {
        int left = rows < 16 ? 24 : 16; // scales of the first half are in the lower bytes of words
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        FloatVector sum2 = FloatVector.zero(F);
        FloatVector sum3 = FloatVector.zero(F);
        for (int i = first; i < last; i++) {
          long at = p + HEADER + (i - first) * STRIDE + 4L * rows;
          IntVector scale = IntVector.fromMemorySegment(I, weights, at + 1024 - 4L * (rows & 16), LE);
          for (int half = 0; half < 2; half += step) {
            int k = 24 * i + 12 * half;
            long q = 512L * half;
            ShortVector a0 = IntVector.broadcast(I, halves0[2 * i + half]).reinterpretAsShorts();
            ShortVector b0 = ShortVector.zero(S);
            ShortVector a1 = IntVector.broadcast(I, halves1[2 * i + half]).reinterpretAsShorts();
            ShortVector b1 = ShortVector.zero(S);
            ShortVector a2 = IntVector.broadcast(I, halves2[2 * i + half]).reinterpretAsShorts();
            ShortVector b2 = ShortVector.zero(S);
            ShortVector a3 = IntVector.broadcast(I, halves3[2 * i + half]).reinterpretAsShorts();
            ShortVector b3 = ShortVector.zero(S);
            for (int g = 0; g < 4; g += step) {
              ShortVector v = ShortVector.fromMemorySegment(S, weights, at + q + g * 128L, LE);
              ShortVector w = L == 16 ? v.lanewise(LSHR, eight) : v.lanewise(LSHR, shift);
              a0 = v.mul(IntVector.broadcast(I, triples0[k + 3 * g]).reinterpretAsShorts()).add(a0);
              b0 = w.mul(IntVector.broadcast(I, triples0[k + 3 * g + 1]).reinterpretAsShorts()).add(b0);
              a1 = v.mul(IntVector.broadcast(I, triples1[k + 3 * g]).reinterpretAsShorts()).add(a1);
              b1 = w.mul(IntVector.broadcast(I, triples1[k + 3 * g + 1]).reinterpretAsShorts()).add(b1);
              a2 = v.mul(IntVector.broadcast(I, triples2[k + 3 * g]).reinterpretAsShorts()).add(a2);
              b2 = w.mul(IntVector.broadcast(I, triples2[k + 3 * g + 1]).reinterpretAsShorts()).add(b2);
              a3 = v.mul(IntVector.broadcast(I, triples3[k + 3 * g]).reinterpretAsShorts()).add(a3);
              b3 = w.mul(IntVector.broadcast(I, triples3[k + 3 * g + 1]).reinterpretAsShorts()).add(b3);
            }
            FloatVector unit = (FloatVector) scale.lanewise(LSHL, left).lanewise(ASHR, 24).convertShape(I2F, F, 0);
            scale = scale.lanewise(ASHR, 16);
            IntVector sum = a0.add(b0).reinterpretAsInts();
            sum = sum.lanewise(LSHL, 16).lanewise(ASHR, 16).add(sum.lanewise(ASHR, 16));
            sum0 = ((FloatVector) sum.convertShape(I2F, F, 0)).mul(units0[i]).fma(unit, sum0);
            sum = a1.add(b1).reinterpretAsInts();
            sum = sum.lanewise(LSHL, 16).lanewise(ASHR, 16).add(sum.lanewise(ASHR, 16));
            sum1 = ((FloatVector) sum.convertShape(I2F, F, 0)).mul(units1[i]).fma(unit, sum1);
            sum = a2.add(b2).reinterpretAsInts();
            sum = sum.lanewise(LSHL, 16).lanewise(ASHR, 16).add(sum.lanewise(ASHR, 16));
            sum2 = ((FloatVector) sum.convertShape(I2F, F, 0)).mul(units2[i]).fma(unit, sum2);
            sum = a3.add(b3).reinterpretAsInts();
            sum = sum.lanewise(LSHL, 16).lanewise(ASHR, 16).add(sum.lanewise(ASHR, 16));
            sum3 = ((FloatVector) sum.convertShape(I2F, F, 0)).mul(units3[i]).fma(unit, sum3);
          }
        }
        FloatVector unit =
            IntVector.fromMemorySegment(I, weights, p + 4L * (rows & 15), LE)
                .lanewise(LSHL, 2 * left - 32)
                .lanewise(ASHR, 3)
                .and(HALF_MASK)
                .reinterpretAsFloats();
        int to = chunk.to + rows;
        unit.mul(sum0)
            .mul(UP)
            .fma(FloatVector.broadcast(F, x0.factor), FloatVector.fromArray(F, sums, to))
            .intoArray(sums, to);
        unit.mul(sum1)
            .mul(UP)
            .fma(FloatVector.broadcast(F, x1.factor), FloatVector.fromArray(F, sums, to + 32))
            .intoArray(sums, to + 32);
        unit.mul(sum2)
            .mul(UP)
            .fma(FloatVector.broadcast(F, x2.factor), FloatVector.fromArray(F, sums, to + 64))
            .intoArray(sums, to + 64);
        unit.mul(sum3)
            .mul(UP)
            .fma(FloatVector.broadcast(F, x3.factor), FloatVector.fromArray(F, sums, to + 96))
            .intoArray(sums, to + 96);
      }
      p += HEADER + PanelChunk.BLOCKS * STRIDE;
    }
  }
}

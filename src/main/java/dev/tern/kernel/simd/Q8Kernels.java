package dev.tern.kernel.simd;

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
 * {@link Layout#Q8} times 8-bit activations.
 *
 * <p>A 16-bit lane holds two codes. The sum of two products stays below 2¹⁵ once 128 is off the codes, so it is exact
 * modulo 2¹⁶: see {@link Quantized#triples}. Two such sums share a 32-bit lane; their words are added as they are, and
 * the upper halves once more by themselves, which at the end tells the lower halves apart. Scales are taken 2⁻¹¹²
 * times, and Quantized multiplies by 2⁴⁰; 2⁷² is left.
 */
final class Q8Kernels {
  private static final int STRIDE = 1088;

  /** What {@link Quantized#LIFT} adds to a block of 32 columns. */
  private static final int LIFTED = 8 * Quantized.LIFT;

  static final short[] EIGHT = Quantized.shifts(8);

  /** What is left to multiply sums by: see above. */
  static final float UP = 0x1p72f;

  /**
   * Blocks that a part of the panel is done with before the next part: where there is more than one, few, so that
   * memory is read while all of them are worked on.
   */
  static final int RUN = L == 16 ? PanelChunk.BLOCKS : 2;

  private Q8Kernels() {}

  /** Adds the sums of a run of panels for one row of activations. */
  static void one(PanelChunk chunk) {
    MemorySegment weights = chunk.weights;
    Quantized x = chunk.quantized[0];
    int[] triples = x.triples();
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
        for (int part = 0; part < 16; part += L) {
          FloatVector low = FloatVector.zero(F);
          FloatVector high = FloatVector.zero(F);
          for (int i = first; i < last; i++) {
            long q = p + (i - first) * STRIDE + 4L * part;
            int k = 24 * i;
            IntVector a = IntVector.zero(I);
            IntVector b = IntVector.zero(I);
            IntVector c = IntVector.zero(I);
            IntVector d = IntVector.zero(I);
            for (int g = 0; g < 8; g += step) {
              ShortVector v = ShortVector.fromMemorySegment(S, weights, q + g * 128L, LE);
              ShortVector u = ShortVector.fromMemorySegment(S, weights, q + g * 128L + 64, LE);
              ShortVector both = IntVector.broadcast(I, triples[k + 3 * g]).reinterpretAsShorts();
              ShortVector upper = IntVector.broadcast(I, triples[k + 3 * g + 1]).reinterpretAsShorts();
              ShortVector start = IntVector.broadcast(I, triples[k + 3 * g + 2]).reinterpretAsShorts();
              ShortVector w = L == 16 ? v.lanewise(LSHR, eight) : v.lanewise(LSHR, shift);
              IntVector sum = w.mul(upper).add(v.mul(both).add(start)).reinterpretAsInts();
              a = sum.add(a);
              b = sum.lanewise(ASHR, 16).add(b);
              w = L == 16 ? u.lanewise(LSHR, eight) : u.lanewise(LSHR, shift);
              sum = w.mul(upper).add(u.mul(both).add(start)).reinterpretAsInts();
              c = sum.add(c);
              d = sum.lanewise(ASHR, 16).add(d);
            }
            IntVector scale = IntVector.fromMemorySegment(I, weights, q + 1024, LE);
            FloatVector even = scale.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
            FloatVector odd = scale.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
            a = a.sub(b.lanewise(LSHL, 16)).add(b).sub(LIFTED);
            c = c.sub(d.lanewise(LSHL, 16)).add(d).sub(LIFTED);
            low = ((FloatVector) a.convertShape(I2F, F, 0)).mul(units[i]).fma(even, low);
            high = ((FloatVector) c.convertShape(I2F, F, 0)).mul(units[i]).fma(odd, high);
          }
          FloatVector up = FloatVector.broadcast(F, factor);
          low.mul(UP).fma(up, FloatVector.fromArray(F, sums, to + part)).intoArray(sums, to + part);
          high.mul(UP).fma(up, FloatVector.fromArray(F, sums, to + part + 16)).intoArray(sums, to + part + 16);
        }
        p += (last - first) * STRIDE;
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
    float[] units0 = x0.scales;
    Quantized x1 = chunk.quantized[1];
    int[] triples1 = x1.triples();
    float[] units1 = x1.scales;
    Quantized x2 = chunk.quantized[2];
    int[] triples2 = x2.triples();
    float[] units2 = x2.scales;
    Quantized x3 = chunk.quantized[3];
    int[] triples3 = x3.triples();
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
        int left = rows < 16 ? 16 : 0; // scales of the first half are in the lower halves of words
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        FloatVector sum2 = FloatVector.zero(F);
        FloatVector sum3 = FloatVector.zero(F);
        for (int i = first; i < last; i++) {
          long q = p + (i - first) * STRIDE + 4L * rows;
          int k = 24 * i;
          IntVector a0 = IntVector.zero(I);
          IntVector b0 = IntVector.zero(I);
          IntVector a1 = IntVector.zero(I);
          IntVector b1 = IntVector.zero(I);
          IntVector a2 = IntVector.zero(I);
          IntVector b2 = IntVector.zero(I);
          IntVector a3 = IntVector.zero(I);
          IntVector b3 = IntVector.zero(I);
          for (int g = 0; g < 8; g += step) {
            ShortVector v = ShortVector.fromMemorySegment(S, weights, q + g * 128L, LE);
            ShortVector w = L == 16 ? v.lanewise(LSHR, eight) : v.lanewise(LSHR, shift);
            ShortVector both = IntVector.broadcast(I, triples0[k + 3 * g]).reinterpretAsShorts();
            ShortVector upper = IntVector.broadcast(I, triples0[k + 3 * g + 1]).reinterpretAsShorts();
            ShortVector start = IntVector.broadcast(I, triples0[k + 3 * g + 2]).reinterpretAsShorts();
            IntVector sum = w.mul(upper).add(v.mul(both).add(start)).reinterpretAsInts();
            a0 = sum.add(a0);
            b0 = sum.lanewise(ASHR, 16).add(b0);
            both = IntVector.broadcast(I, triples1[k + 3 * g]).reinterpretAsShorts();
            upper = IntVector.broadcast(I, triples1[k + 3 * g + 1]).reinterpretAsShorts();
            start = IntVector.broadcast(I, triples1[k + 3 * g + 2]).reinterpretAsShorts();
            sum = w.mul(upper).add(v.mul(both).add(start)).reinterpretAsInts();
            a1 = sum.add(a1);
            b1 = sum.lanewise(ASHR, 16).add(b1);
            both = IntVector.broadcast(I, triples2[k + 3 * g]).reinterpretAsShorts();
            upper = IntVector.broadcast(I, triples2[k + 3 * g + 1]).reinterpretAsShorts();
            start = IntVector.broadcast(I, triples2[k + 3 * g + 2]).reinterpretAsShorts();
            sum = w.mul(upper).add(v.mul(both).add(start)).reinterpretAsInts();
            a2 = sum.add(a2);
            b2 = sum.lanewise(ASHR, 16).add(b2);
            both = IntVector.broadcast(I, triples3[k + 3 * g]).reinterpretAsShorts();
            upper = IntVector.broadcast(I, triples3[k + 3 * g + 1]).reinterpretAsShorts();
            start = IntVector.broadcast(I, triples3[k + 3 * g + 2]).reinterpretAsShorts();
            sum = w.mul(upper).add(v.mul(both).add(start)).reinterpretAsInts();
            a3 = sum.add(a3);
            b3 = sum.lanewise(ASHR, 16).add(b3);
          }
          FloatVector scale =
              IntVector.fromMemorySegment(I, weights, p + (i - first) * STRIDE + 1024 + 4L * (rows & 15), LE)
                  .lanewise(LSHL, left)
                  .lanewise(ASHR, 3)
                  .and(HALF_MASK)
                  .reinterpretAsFloats();
          a0 = a0.sub(b0.lanewise(LSHL, 16)).add(b0).sub(LIFTED);
          sum0 = ((FloatVector) a0.convertShape(I2F, F, 0)).mul(units0[i]).fma(scale, sum0);
          a1 = a1.sub(b1.lanewise(LSHL, 16)).add(b1).sub(LIFTED);
          sum1 = ((FloatVector) a1.convertShape(I2F, F, 0)).mul(units1[i]).fma(scale, sum1);
          a2 = a2.sub(b2.lanewise(LSHL, 16)).add(b2).sub(LIFTED);
          sum2 = ((FloatVector) a2.convertShape(I2F, F, 0)).mul(units2[i]).fma(scale, sum2);
          a3 = a3.sub(b3.lanewise(LSHL, 16)).add(b3).sub(LIFTED);
          sum3 = ((FloatVector) a3.convertShape(I2F, F, 0)).mul(units3[i]).fma(scale, sum3);
        }
        int to = chunk.to + rows;
        sum0.mul(UP).fma(FloatVector.broadcast(F, x0.factor), FloatVector.fromArray(F, sums, to)).intoArray(sums, to);
        sum1.mul(UP)
            .fma(FloatVector.broadcast(F, x1.factor), FloatVector.fromArray(F, sums, to + 32))
            .intoArray(sums, to + 32);
        sum2.mul(UP)
            .fma(FloatVector.broadcast(F, x2.factor), FloatVector.fromArray(F, sums, to + 64))
            .intoArray(sums, to + 64);
        sum3.mul(UP)
            .fma(FloatVector.broadcast(F, x3.factor), FloatVector.fromArray(F, sums, to + 96))
            .intoArray(sums, to + 96);
      }
      p += (last - first) * STRIDE;
    }
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.HALF_MASK;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;
import static dev.tern.kernel.simd.Lanes.S;
import static dev.tern.kernel.simd.Q8Kernels.RUN;
import static dev.tern.kernel.simd.Q8Kernels.UP;
import static dev.tern.kernel.simd.VectorMath.lookUp;
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
 * {@link Layout#Q4} with codes that are looked up, times 8-bit activations. Sums of as many products as stay within 16
 * bits are widened: the lower half of each int, lifted above zero so that the upper half is not borrowed from, is what
 * is left of the sum of the ints when the sum of the upper halves is taken away.
 */
final class Q4TableKernels {
  private static final int STRIDE = 576;

  private Q4TableKernels() {}

  /** Adds the sums of a run of panels for one row of activations. */
  static void one(PanelChunk chunk) {
    MemorySegment weights = chunk.weights;
    Quantized x = chunk.quantized[0];
    int[] copies = x.copies();
    float[] units = x.scales;
    float factor = x.factor / chunk.unit;
    boolean sixteen = chunk.sixteen;
    float[] sums = chunk.sums;
    int to = chunk.to;
    int panels = chunk.panels;
    int blocks = chunk.blocks;
    int step = chunk.step;
    ShortVector levels = ShortVector.fromArray(S, chunk.levels, 0);
    ShortVector others = ShortVector.fromArray(S, chunk.levels, 2 * L & 15);
    ShortVector lift = IntVector.broadcast(I, Quantized.LIFT).reinterpretAsShorts();
    ShortVector four = ShortVector.fromArray(S, Quantized.SHIFTS, 0);
    int shift = Quantized.SHIFTS[0];
    long p = chunk.at;
    int lifted = (sixteen ? 2 : 16) * Quantized.LIFT;
    for (int panel = 0; panel < panels; panel++) {
      for (int first = 0; first < blocks; first += RUN) {
        int last = Math.min(first + RUN, blocks);
        for (int part = 0; part < 16; part += L) {
          FloatVector low = FloatVector.zero(F);
          FloatVector high = FloatVector.zero(F);
          for (int i = first; i < last; i++) {
            long q = p + (i - first) * STRIDE + 4L * part;
            IntVector lower = IntVector.broadcast(I, -lifted);
            IntVector higher = IntVector.zero(I);
            for (int half = 0; half < 2; half += step) {
              int k = 32 * i + 16 * half;
              IntVector all = IntVector.zero(I);
              IntVector upper = IntVector.zero(I);
              if (sixteen) {
                ShortVector a = lift;
                ShortVector b = ShortVector.zero(S);
                for (int g = 0; g < 4; g += step) {
                  ShortVector v = ShortVector.fromMemorySegment(S, weights, q + 256L * half + g * 64L, LE);
                  ShortVector y = IntVector.broadcast(I, copies[k + 4 * g]).reinterpretAsShorts();
                  a = lookUp(v, levels, others).mul(y).add(a);
                  v = L == 16 ? v.lanewise(LSHR, four) : v.lanewise(LSHR, shift);
                  y = IntVector.broadcast(I, copies[k + 4 * g + 1]).reinterpretAsShorts();
                  b = lookUp(v, levels, others).mul(y).add(b);
                  v = L == 16 ? v.lanewise(LSHR, four) : v.lanewise(LSHR, shift);
                  y = IntVector.broadcast(I, copies[k + 4 * g + 2]).reinterpretAsShorts();
                  a = lookUp(v, levels, others).mul(y).add(a);
                  v = L == 16 ? v.lanewise(LSHR, four) : v.lanewise(LSHR, shift);
                  y = IntVector.broadcast(I, copies[k + 4 * g + 3]).reinterpretAsShorts();
                  b = lookUp(v, levels, others).mul(y).add(b);
                }
                all = a.add(b).reinterpretAsInts();
                upper = all.lanewise(ASHR, 16);
              } else {
                for (int g = 0; g < 4; g += step) {
                  ShortVector v = ShortVector.fromMemorySegment(S, weights, q + 256L * half + g * 64L, LE);
                  ShortVector y = IntVector.broadcast(I, copies[k + 4 * g]).reinterpretAsShorts();
                  ShortVector a = lookUp(v, levels, others).mul(y).add(lift);
                  v = L == 16 ? v.lanewise(LSHR, four) : v.lanewise(LSHR, shift);
                  y = IntVector.broadcast(I, copies[k + 4 * g + 1]).reinterpretAsShorts();
                  IntVector sum = lookUp(v, levels, others).mul(y).add(a).reinterpretAsInts();
                  all = sum.add(all);
                  upper = sum.lanewise(ASHR, 16).add(upper);
                  v = L == 16 ? v.lanewise(LSHR, four) : v.lanewise(LSHR, shift);
                  y = IntVector.broadcast(I, copies[k + 4 * g + 2]).reinterpretAsShorts();
                  a = lookUp(v, levels, others).mul(y).add(lift);
                  v = L == 16 ? v.lanewise(LSHR, four) : v.lanewise(LSHR, shift);
                  y = IntVector.broadcast(I, copies[k + 4 * g + 3]).reinterpretAsShorts();
                  sum = lookUp(v, levels, others).mul(y).add(a).reinterpretAsInts();
                  all = sum.add(all);
                  upper = sum.lanewise(ASHR, 16).add(upper);
                }
              }
              lower = all.sub(upper.lanewise(LSHL, 16)).add(lower);
              higher = upper.add(higher);
            }
            IntVector scale = IntVector.fromMemorySegment(I, weights, q + 512, LE);
            FloatVector even = scale.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
            FloatVector odd = scale.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
            low = ((FloatVector) lower.convertShape(I2F, F, 0)).mul(units[i]).fma(even, low);
            high = ((FloatVector) higher.convertShape(I2F, F, 0)).mul(units[i]).fma(odd, high);
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
}

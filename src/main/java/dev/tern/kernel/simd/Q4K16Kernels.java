package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.HALF_MASK;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;
import static dev.tern.kernel.simd.Lanes.S;
import static dev.tern.kernel.simd.Q8Kernels.RUN;
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
 * {@link Layout#Q4_K16} times 8-bit activations, for codes that stand for themselves plus a constant: as in {@link
 * Q4Kernels}, with a scale and a minimum per 16 columns, whole numbers times a half float of the super-block.
 */
final class Q4K16Kernels {
  private static final int HEADER = 128;
  private static final int STRIDE = 640;
  private static final int HIGH = 0xffff0000;

  /** Sums of codes are taken 2¹⁶ times. */
  private static final float UNIT = 0x1p16f;

  private static final float UP = 0x1p56f;

  private Q4K16Kernels() {}

  /** Adds the sums of a run of panels for one row of activations. */
  static void one(PanelChunk chunk) {
    MemorySegment weights = chunk.weights;
    Quantized x = chunk.quantized[0];
    int[] pairs = x.pairs();
    int[] groups = x.groups();
    float[] units = x.scales;
    float factor = x.factor;
    float zero = UNIT * (chunk.zero + 8); // the kernel takes 8 off the codes
    float[] sums = chunk.sums;
    int to = chunk.to;
    int panels = chunk.panels;
    int blocks = chunk.blocks;
    int step = chunk.step;
    ShortVector four = ShortVector.fromArray(S, Quantized.SHIFTS, 0);
    int shift = Quantized.SHIFTS[0];
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
            for (int half = 0; half < 2; half += step) {
              int k = 32 * i + 16 * half;
              long q = at + 256L * half;
              int group = groups[2 * i + half];
              ShortVector a = ShortVector.broadcast(S, (short) (-8 * group));
              ShortVector b = ShortVector.zero(S);
              ShortVector c = ShortVector.zero(S);
              ShortVector d = ShortVector.zero(S);
              for (int g = 0; g < 4; g += step) {
                ShortVector v = ShortVector.fromMemorySegment(S, weights, q + g * 64L, LE);
                a = v.mul(IntVector.broadcast(I, pairs[k + 4 * g]).reinterpretAsShorts()).add(a);
                v = L == 16 ? v.lanewise(LSHR, four) : v.lanewise(LSHR, shift);
                b = v.mul(IntVector.broadcast(I, pairs[k + 4 * g + 1]).reinterpretAsShorts()).add(b);
                v = L == 16 ? v.lanewise(LSHR, four) : v.lanewise(LSHR, shift);
                c = v.mul(IntVector.broadcast(I, pairs[k + 4 * g + 2]).reinterpretAsShorts()).add(c);
                v = L == 16 ? v.lanewise(LSHR, four) : v.lanewise(LSHR, shift);
                d = v.mul(IntVector.broadcast(I, pairs[k + 4 * g + 3]).reinterpretAsShorts()).add(d);
              }
              IntVector scale = IntVector.fromMemorySegment(I, weights, at + 512 + 64L * half, LE);
              FloatVector even = (FloatVector) scale.lanewise(LSHL, 24).lanewise(ASHR, 24).convertShape(I2F, F, 0);
              FloatVector odd = (FloatVector) scale.lanewise(LSHL, 16).lanewise(ASHR, 24).convertShape(I2F, F, 0);
              FloatVector evenMin = (FloatVector) scale.lanewise(LSHL, 8).lanewise(ASHR, 24).convertShape(I2F, F, 0);
              FloatVector oddMin = (FloatVector) scale.lanewise(ASHR, 24).convertShape(I2F, F, 0);
              IntVector sum = a.add(b).add(c.add(d)).reinterpretAsInts();
              FloatVector unit = FloatVector.broadcast(F, units[i]);
              float total = group * units[i];
              FloatVector offset = FloatVector.broadcast(F, total * zero);
              FloatVector min = FloatVector.broadcast(F, total * -UNIT);
              low = ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).fma(unit, offset).fma(even, low);
              high = ((FloatVector) sum.and(HIGH).convertShape(I2F, F, 0)).fma(unit, offset).fma(odd, high);
              lowMins = min.fma(evenMin, lowMins);
              highMins = min.fma(oddMin, highMins);
            }
          }
          IntVector half = IntVector.fromMemorySegment(I, weights, p + 4L * part, LE);
          FloatVector even = half.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
          FloatVector odd = half.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
          half = IntVector.fromMemorySegment(I, weights, p + 64 + 4L * part, LE);
          FloatVector evenMin = half.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
          FloatVector oddMin = half.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
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

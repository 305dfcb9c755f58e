package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.NE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Layouts of 4-bit codes with a codebook, for vectors of 8 or 4 floats: the table lies in two or four vectors, looked
 * up with the low bits of a code and chosen from with the high ones.
 */
final class SplitTableKernels {
  private SplitTableKernels() {}

  /** Adds the sums of a part of the rows for one row of activations. */
  static void one(PanelChunk chunk, int part) {
    MemorySegment weights = chunk.weights;
    MemorySegment scales = chunk.scales;
    float[] x = chunk.x;
    float[] sums = chunk.sums;
    int to = chunk.to + part * L;
    int k = chunk.from[0];
    FloatVector low = FloatVector.fromArray(F, sums, to);
    FloatVector high = FloatVector.fromArray(F, sums, to + 16);
    IntVector t0 = IntVector.fromArray(I, chunk.table, 0);
    IntVector t1 = IntVector.fromArray(I, chunk.table, L);
    IntVector t2 = IntVector.fromArray(I, chunk.table, 2 * L & 15);
    IntVector t3 = IntVector.fromArray(I, chunk.table, 3 * L & 15);
    long p = chunk.at + part * BYTES;
    long q = part * BYTES;
    int blocks = chunk.blocks;
    int step = chunk.step;
    int stride = chunk.stride;
    for (int i = 0; i < blocks; i++) {
      for (int half = 0; half < 2; half += step) {
        FloatVector a = FloatVector.zero(F);
        FloatVector b = FloatVector.zero(F);
        for (int g = 4 * half; g < 4 * half + 4; g += step) {
          IntVector v = IntVector.fromMemorySegment(I, weights, p + g * 64L, LE);
          IntVector u = v.lanewise(LSHR, 16);
          for (int c = 0; c < 4; c += step) {
            FloatVector w = FloatVector.broadcast(F, x[k + 4 * g + c]);
            VectorMask<Integer> bit = v.and(L).compare(NE, 0);
            IntVector n = v.and(L - 1);
            IntVector value = n.selectFrom(t0).blend(n.selectFrom(t1), bit);
            if (L == 4) {
              value = value.blend(n.selectFrom(t2).blend(n.selectFrom(t3), bit), v.and(8).compare(NE, 0));
            }
            a = value.reinterpretAsFloats().fma(w, a);
            bit = u.and(L).compare(NE, 0);
            n = u.and(L - 1);
            value = n.selectFrom(t0).blend(n.selectFrom(t1), bit);
            if (L == 4) {
              value = value.blend(n.selectFrom(t2).blend(n.selectFrom(t3), bit), u.and(8).compare(NE, 0));
            }
            b = value.reinterpretAsFloats().fma(w, b);
            v = v.lanewise(LSHR, 4);
            u = u.lanewise(LSHR, 4);
          }
        }
        low = a.fma(FloatVector.fromMemorySegment(F, scales, q + half * 128L, LE), low);
        high = b.fma(FloatVector.fromMemorySegment(F, scales, q + half * 128L + 64, LE), high);
      }
      p += stride;
      q += 256;
      k += 32;
    }
    low.intoArray(sums, to);
    high.intoArray(sums, to + 16);
  }

  /** Decodes a part of the rows to columns of 64 floats. */
  static void tile(PanelChunk chunk, int part, long mins, float[] tile, int to) {
    MemorySegment weights = chunk.weights;
    MemorySegment scales = chunk.scales;
    IntVector t0 = IntVector.fromArray(I, chunk.table, 0);
    IntVector t1 = IntVector.fromArray(I, chunk.table, L);
    IntVector t2 = IntVector.fromArray(I, chunk.table, 2 * L & 15);
    IntVector t3 = IntVector.fromArray(I, chunk.table, 3 * L & 15);
    long p = chunk.at + part * BYTES;
    long q = part * BYTES;
    int t = to + part * L;
    int blocks = chunk.blocks;
    int stride = chunk.stride;
    for (int i = 0; i < blocks; i++) {
      for (int half = 0; half < 2; half++) {
        FloatVector e = FloatVector.fromMemorySegment(F, scales, q + half * 128L, LE);
        FloatVector f = FloatVector.fromMemorySegment(F, scales, q + half * 128L + 64, LE);
        FloatVector m = FloatVector.fromMemorySegment(F, scales, q + mins + half * 128L, LE);
        FloatVector n = FloatVector.fromMemorySegment(F, scales, q + mins + half * 128L + 64, LE);
        for (int g = 4 * half; g < 4 * half + 4; g++) {
          IntVector v = IntVector.fromMemorySegment(I, weights, p + g * 64L, LE);
          IntVector u = v.lanewise(LSHR, 16);
          for (int c = 0; c < 4; c++) {
            VectorMask<Integer> bit = v.and(L).compare(NE, 0);
            IntVector index = v.and(L - 1);
            IntVector value = index.selectFrom(t0).blend(index.selectFrom(t1), bit);
            if (L == 4) {
              value = value.blend(index.selectFrom(t2).blend(index.selectFrom(t3), bit), v.and(8).compare(NE, 0));
            }
            value.reinterpretAsFloats().fma(e, m).intoArray(tile, t + g * 256 + c * 64);
            bit = u.and(L).compare(NE, 0);
            index = u.and(L - 1);
            value = index.selectFrom(t0).blend(index.selectFrom(t1), bit);
            if (L == 4) {
              value = value.blend(index.selectFrom(t2).blend(index.selectFrom(t3), bit), u.and(8).compare(NE, 0));
            }
            value.reinterpretAsFloats().fma(f, n).intoArray(tile, t + g * 256 + c * 64 + 16);
            v = v.lanewise(LSHR, 4);
            u = u.lanewise(LSHR, 4);
          }
        }
      }
      p += stride;
      q += 256;
      t += 2048;
    }
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Layouts of 4-bit codes with a codebook, for vectors of 16 floats: one permutation looks up a code. */
final class TableKernels {
  private TableKernels() {}

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
    IntVector table = IntVector.fromArray(I, chunk.table, 0);
    long p = chunk.at + part * BYTES;
    long q = part * BYTES;
    int blocks = chunk.blocks;
    int step = chunk.step;
    int stride = chunk.stride;
    for (int i = 0; i < blocks; i++) {
      for (int half = 0; half < 2; half += step) {
        FloatVector a = FloatVector.zero(F);
        FloatVector b = FloatVector.zero(F);
        FloatVector c = FloatVector.zero(F);
        FloatVector d = FloatVector.zero(F);
        for (int g = 4 * half; g < 4 * half + 4; g += step) {
          FloatVector x0 = FloatVector.broadcast(F, x[k + 4 * g]);
          FloatVector x1 = FloatVector.broadcast(F, x[k + 4 * g + 1]);
          FloatVector x2 = FloatVector.broadcast(F, x[k + 4 * g + 2]);
          FloatVector x3 = FloatVector.broadcast(F, x[k + 4 * g + 3]);
          IntVector v = IntVector.fromMemorySegment(I, weights, p + g * 64L, LE);
          a = v.selectFrom(table).reinterpretAsFloats().fma(x0, a);
          c = v.lanewise(LSHR, 4).selectFrom(table).reinterpretAsFloats().fma(x1, c);
          a = v.lanewise(LSHR, 8).selectFrom(table).reinterpretAsFloats().fma(x2, a);
          c = v.lanewise(LSHR, 12).selectFrom(table).reinterpretAsFloats().fma(x3, c);
          b = v.lanewise(LSHR, 16).selectFrom(table).reinterpretAsFloats().fma(x0, b);
          d = v.lanewise(LSHR, 20).selectFrom(table).reinterpretAsFloats().fma(x1, d);
          b = v.lanewise(LSHR, 24).selectFrom(table).reinterpretAsFloats().fma(x2, b);
          d = v.lanewise(LSHR, 28).selectFrom(table).reinterpretAsFloats().fma(x3, d);
        }
        low = a.add(c).fma(FloatVector.fromMemorySegment(F, scales, q + half * 128L, LE), low);
        high = b.add(d).fma(FloatVector.fromMemorySegment(F, scales, q + half * 128L + 64, LE), high);
      }
      p += stride;
      q += 256;
      k += 32;
    }
    low.intoArray(sums, to);
    high.intoArray(sums, to + 16);
  }

  /** The same for four rows of activations, with the same operations for each. */
  static void four(PanelChunk chunk, int part) {
    MemorySegment weights = chunk.weights;
    MemorySegment scales = chunk.scales;
    float[] x = chunk.x;
    float[] sums = chunk.sums;
    int to = chunk.to + part * L;
    int k0 = chunk.from[0];
    FloatVector low0 = FloatVector.fromArray(F, sums, to);
    FloatVector high0 = FloatVector.fromArray(F, sums, to + 16);
    int k1 = chunk.from[1];
    FloatVector low1 = FloatVector.fromArray(F, sums, to + 32);
    FloatVector high1 = FloatVector.fromArray(F, sums, to + 48);
    int k2 = chunk.from[2];
    FloatVector low2 = FloatVector.fromArray(F, sums, to + 64);
    FloatVector high2 = FloatVector.fromArray(F, sums, to + 80);
    int k3 = chunk.from[3];
    FloatVector low3 = FloatVector.fromArray(F, sums, to + 96);
    FloatVector high3 = FloatVector.fromArray(F, sums, to + 112);
    IntVector table = IntVector.fromArray(I, chunk.table, 0);
    long p = chunk.at + part * BYTES;
    long q = part * BYTES;
    int blocks = chunk.blocks;
    int step = chunk.step;
    int stride = chunk.stride;
    for (int i = 0; i < blocks; i++) {
      for (int half = 0; half < 2; half += step) {
        FloatVector a0 = FloatVector.zero(F);
        FloatVector b0 = FloatVector.zero(F);
        FloatVector c0 = FloatVector.zero(F);
        FloatVector d0 = FloatVector.zero(F);
        FloatVector a1 = FloatVector.zero(F);
        FloatVector b1 = FloatVector.zero(F);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector d1 = FloatVector.zero(F);
        FloatVector a2 = FloatVector.zero(F);
        FloatVector b2 = FloatVector.zero(F);
        FloatVector c2 = FloatVector.zero(F);
        FloatVector d2 = FloatVector.zero(F);
        FloatVector a3 = FloatVector.zero(F);
        FloatVector b3 = FloatVector.zero(F);
        FloatVector c3 = FloatVector.zero(F);
        FloatVector d3 = FloatVector.zero(F);
        for (int g = 4 * half; g < 4 * half + 4; g += step) {
          FloatVector w;
          IntVector v = IntVector.fromMemorySegment(I, weights, p + g * 64L, LE);
          w = v.selectFrom(table).reinterpretAsFloats();
          a0 = w.fma(FloatVector.broadcast(F, x[k0 + 4 * g]), a0);
          a1 = w.fma(FloatVector.broadcast(F, x[k1 + 4 * g]), a1);
          a2 = w.fma(FloatVector.broadcast(F, x[k2 + 4 * g]), a2);
          a3 = w.fma(FloatVector.broadcast(F, x[k3 + 4 * g]), a3);
          w = v.lanewise(LSHR, 4).selectFrom(table).reinterpretAsFloats();
          c0 = w.fma(FloatVector.broadcast(F, x[k0 + 4 * g + 1]), c0);
          c1 = w.fma(FloatVector.broadcast(F, x[k1 + 4 * g + 1]), c1);
          c2 = w.fma(FloatVector.broadcast(F, x[k2 + 4 * g + 1]), c2);
          c3 = w.fma(FloatVector.broadcast(F, x[k3 + 4 * g + 1]), c3);
          w = v.lanewise(LSHR, 8).selectFrom(table).reinterpretAsFloats();
          a0 = w.fma(FloatVector.broadcast(F, x[k0 + 4 * g + 2]), a0);
          a1 = w.fma(FloatVector.broadcast(F, x[k1 + 4 * g + 2]), a1);
          a2 = w.fma(FloatVector.broadcast(F, x[k2 + 4 * g + 2]), a2);
          a3 = w.fma(FloatVector.broadcast(F, x[k3 + 4 * g + 2]), a3);
          w = v.lanewise(LSHR, 12).selectFrom(table).reinterpretAsFloats();
          c0 = w.fma(FloatVector.broadcast(F, x[k0 + 4 * g + 3]), c0);
          c1 = w.fma(FloatVector.broadcast(F, x[k1 + 4 * g + 3]), c1);
          c2 = w.fma(FloatVector.broadcast(F, x[k2 + 4 * g + 3]), c2);
          c3 = w.fma(FloatVector.broadcast(F, x[k3 + 4 * g + 3]), c3);
          w = v.lanewise(LSHR, 16).selectFrom(table).reinterpretAsFloats();
          b0 = w.fma(FloatVector.broadcast(F, x[k0 + 4 * g]), b0);
          b1 = w.fma(FloatVector.broadcast(F, x[k1 + 4 * g]), b1);
          b2 = w.fma(FloatVector.broadcast(F, x[k2 + 4 * g]), b2);
          b3 = w.fma(FloatVector.broadcast(F, x[k3 + 4 * g]), b3);
          w = v.lanewise(LSHR, 20).selectFrom(table).reinterpretAsFloats();
          d0 = w.fma(FloatVector.broadcast(F, x[k0 + 4 * g + 1]), d0);
          d1 = w.fma(FloatVector.broadcast(F, x[k1 + 4 * g + 1]), d1);
          d2 = w.fma(FloatVector.broadcast(F, x[k2 + 4 * g + 1]), d2);
          d3 = w.fma(FloatVector.broadcast(F, x[k3 + 4 * g + 1]), d3);
          w = v.lanewise(LSHR, 24).selectFrom(table).reinterpretAsFloats();
          b0 = w.fma(FloatVector.broadcast(F, x[k0 + 4 * g + 2]), b0);
          b1 = w.fma(FloatVector.broadcast(F, x[k1 + 4 * g + 2]), b1);
          b2 = w.fma(FloatVector.broadcast(F, x[k2 + 4 * g + 2]), b2);
          b3 = w.fma(FloatVector.broadcast(F, x[k3 + 4 * g + 2]), b3);
          w = v.lanewise(LSHR, 28).selectFrom(table).reinterpretAsFloats();
          d0 = w.fma(FloatVector.broadcast(F, x[k0 + 4 * g + 3]), d0);
          d1 = w.fma(FloatVector.broadcast(F, x[k1 + 4 * g + 3]), d1);
          d2 = w.fma(FloatVector.broadcast(F, x[k2 + 4 * g + 3]), d2);
          d3 = w.fma(FloatVector.broadcast(F, x[k3 + 4 * g + 3]), d3);
        }
        FloatVector e = FloatVector.fromMemorySegment(F, scales, q + half * 128L, LE);
        FloatVector f = FloatVector.fromMemorySegment(F, scales, q + half * 128L + 64, LE);
        low0 = a0.add(c0).fma(e, low0);
        high0 = b0.add(d0).fma(f, high0);
        low1 = a1.add(c1).fma(e, low1);
        high1 = b1.add(d1).fma(f, high1);
        low2 = a2.add(c2).fma(e, low2);
        high2 = b2.add(d2).fma(f, high2);
        low3 = a3.add(c3).fma(e, low3);
        high3 = b3.add(d3).fma(f, high3);
      }
      p += stride;
      q += 256;
      k0 += 32;
      k1 += 32;
      k2 += 32;
      k3 += 32;
    }
    low0.intoArray(sums, to);
    high0.intoArray(sums, to + 16);
    low1.intoArray(sums, to + 32);
    high1.intoArray(sums, to + 48);
    low2.intoArray(sums, to + 64);
    high2.intoArray(sums, to + 80);
    low3.intoArray(sums, to + 96);
    high3.intoArray(sums, to + 112);
  }

  /** Decodes a part of the rows to columns of 64 floats. */
  static void tile(PanelChunk chunk, int part, long mins, float[] tile, int to) {
    MemorySegment weights = chunk.weights;
    MemorySegment scales = chunk.scales;
    IntVector table = IntVector.fromArray(I, chunk.table, 0);
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
          v.selectFrom(table).reinterpretAsFloats().fma(e, m).intoArray(tile, t + g * 256);
          v.lanewise(LSHR, 4).selectFrom(table).reinterpretAsFloats().fma(e, m).intoArray(tile, t + g * 256 + 64);
          v.lanewise(LSHR, 8).selectFrom(table).reinterpretAsFloats().fma(e, m).intoArray(tile, t + g * 256 + 128);
          v.lanewise(LSHR, 12).selectFrom(table).reinterpretAsFloats().fma(e, m).intoArray(tile, t + g * 256 + 192);
          v.lanewise(LSHR, 16).selectFrom(table).reinterpretAsFloats().fma(f, n).intoArray(tile, t + g * 256 + 16);
          v.lanewise(LSHR, 20).selectFrom(table).reinterpretAsFloats().fma(f, n).intoArray(tile, t + g * 256 + 80);
          v.lanewise(LSHR, 24).selectFrom(table).reinterpretAsFloats().fma(f, n).intoArray(tile, t + g * 256 + 144);
          v.lanewise(LSHR, 28).selectFrom(table).reinterpretAsFloats().fma(f, n).intoArray(tile, t + g * 256 + 208);
        }
      }
      p += stride;
      q += 256;
      t += 2048;
    }
  }
}

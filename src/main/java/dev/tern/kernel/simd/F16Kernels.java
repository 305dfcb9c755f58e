package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.HALF_MASK;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.tern.quant.Layout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** {@link dev.tern.quant.Layout#F16}. */
final class F16Kernels {
  /** Bytes of a column from the first one read. */
  private static final long COLUMN = BYTES;

  private static final long COLUMNS = 64 + COLUMN;
  private static final float UP = 0x1p112f;

  private F16Kernels() {}

  /** Adds the sums of a part of the rows of a run of panels for one row of activations. */
  static void one(PanelChunk chunk, int part) {
    MemorySegment weights = chunk.weights;
    float[] x = chunk.x;
    float[] sums = chunk.sums;
    int to = chunk.to + part * L;
    int at = chunk.from[0];
    int cols = chunk.blocks;
    int panels = chunk.panels;
    long p = chunk.at + part * BYTES;
    for (int panel = 0; panel < panels; panel++) {
      FloatVector a = FloatVector.fromArray(F, sums, to);
      FloatVector b = FloatVector.fromArray(F, sums, to + 16);
      for (int first = 0; first < cols; first += PanelChunk.COLUMNS) {
        int last = Math.min(first + PanelChunk.COLUMNS, cols);
        FloatVector c = FloatVector.zero(F);
        FloatVector d = FloatVector.zero(F);
        int i = first;
        for (; i + 2 <= last; i += 2, p += 128) {
          FloatVector x0 = FloatVector.broadcast(F, x[at + i]);
          FloatVector x1 = FloatVector.broadcast(F, x[at + i + 1]);
          IntVector w0 = IntVector.fromMemorySegment(I, weights, p, LE);
          IntVector w1 = IntVector.fromMemorySegment(I, weights, p + 64, LE);
          IntVector v0 = w0.lanewise(LSHL, 16);
          IntVector v1 = w1.lanewise(LSHL, 16);
          a = v0.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x0, a);
          b = w0.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x0, b);
          c = v1.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x1, c);
          d = w1.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x1, d);
        }
        if (i < last) {
          FloatVector x0 = FloatVector.broadcast(F, x[at + i]);
          IntVector w0 = IntVector.fromMemorySegment(I, weights, p, LE);
          IntVector v0 = w0.lanewise(LSHL, 16);
          a = v0.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x0, a);
          b = w0.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x0, b);
          p += 64;
        }
        a = c.add(a);
        b = d.add(b);
      }
      a.intoArray(sums, to);
      b.intoArray(sums, to + 16);
      to += Layout.PANEL;
    }
  }

  /** The same for four rows of activations, with the same operations for each. */
  static void four(PanelChunk chunk, int part) {
    MemorySegment weights = chunk.weights;
    float[] x = chunk.x;
    float[] sums = chunk.sums;
    int to = chunk.to + part * L;
    int k0 = chunk.from[0];
    int k1 = chunk.from[1];
    int k2 = chunk.from[2];
    int k3 = chunk.from[3];
    int cols = chunk.blocks;
    FloatVector a0 = FloatVector.fromArray(F, sums, to);
    FloatVector b0 = FloatVector.fromArray(F, sums, to + 16);
    FloatVector c0 = FloatVector.zero(F);
    FloatVector d0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.fromArray(F, sums, to + 32);
    FloatVector b1 = FloatVector.fromArray(F, sums, to + 48);
    FloatVector c1 = FloatVector.zero(F);
    FloatVector d1 = FloatVector.zero(F);
    FloatVector a2 = FloatVector.fromArray(F, sums, to + 64);
    FloatVector b2 = FloatVector.fromArray(F, sums, to + 80);
    FloatVector c2 = FloatVector.zero(F);
    FloatVector d2 = FloatVector.zero(F);
    FloatVector a3 = FloatVector.fromArray(F, sums, to + 96);
    FloatVector b3 = FloatVector.fromArray(F, sums, to + 112);
    FloatVector c3 = FloatVector.zero(F);
    FloatVector d3 = FloatVector.zero(F);
    long p = chunk.at + part * BYTES;
    int i = 0;
    for (; i + 2 <= cols; i += 2, p += 128) {
      IntVector w0 = IntVector.fromMemorySegment(I, weights, p, LE);
      FloatVector v0 = w0.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP);
      FloatVector u0 = w0.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP);
      IntVector w1 = IntVector.fromMemorySegment(I, weights, p + 64, LE);
      FloatVector v1 = w1.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP);
      FloatVector u1 = w1.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP);
      FloatVector y = FloatVector.broadcast(F, x[k0 + i]);
      a0 = v0.fma(y, a0);
      b0 = u0.fma(y, b0);
      y = FloatVector.broadcast(F, x[k0 + i + 1]);
      c0 = v1.fma(y, c0);
      d0 = u1.fma(y, d0);
      y = FloatVector.broadcast(F, x[k1 + i]);
      a1 = v0.fma(y, a1);
      b1 = u0.fma(y, b1);
      y = FloatVector.broadcast(F, x[k1 + i + 1]);
      c1 = v1.fma(y, c1);
      d1 = u1.fma(y, d1);
      y = FloatVector.broadcast(F, x[k2 + i]);
      a2 = v0.fma(y, a2);
      b2 = u0.fma(y, b2);
      y = FloatVector.broadcast(F, x[k2 + i + 1]);
      c2 = v1.fma(y, c2);
      d2 = u1.fma(y, d2);
      y = FloatVector.broadcast(F, x[k3 + i]);
      a3 = v0.fma(y, a3);
      b3 = u0.fma(y, b3);
      y = FloatVector.broadcast(F, x[k3 + i + 1]);
      c3 = v1.fma(y, c3);
      d3 = u1.fma(y, d3);
    }
    if (i < cols) {
      IntVector w0 = IntVector.fromMemorySegment(I, weights, p, LE);
      FloatVector v0 = w0.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP);
      FloatVector u0 = w0.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP);
      FloatVector y = FloatVector.broadcast(F, x[k0 + i]);
      a0 = v0.fma(y, a0);
      b0 = u0.fma(y, b0);
      y = FloatVector.broadcast(F, x[k1 + i]);
      a1 = v0.fma(y, a1);
      b1 = u0.fma(y, b1);
      y = FloatVector.broadcast(F, x[k2 + i]);
      a2 = v0.fma(y, a2);
      b2 = u0.fma(y, b2);
      y = FloatVector.broadcast(F, x[k3 + i]);
      a3 = v0.fma(y, a3);
      b3 = u0.fma(y, b3);
    }
    a0.add(c0).intoArray(sums, to);
    b0.add(d0).intoArray(sums, to + 16);
    a1.add(c1).intoArray(sums, to + 32);
    b1.add(d1).intoArray(sums, to + 48);
    a2.add(c2).intoArray(sums, to + 64);
    b2.add(d2).intoArray(sums, to + 80);
    a3.add(c3).intoArray(sums, to + 96);
    b3.add(d3).intoArray(sums, to + 112);
  }

  /** Decodes a part of the rows to columns of 64 floats. */
  static void tile(PanelChunk chunk, int part, float[] tile, int to) {
    MemorySegment weights = chunk.weights;
    int count = chunk.blocks;
    long p = chunk.at + part * BYTES;
    int q = to + part * L;
    for (int i = 0; i < count; i++, p += 64, q += 64) {
      IntVector v = IntVector.fromMemorySegment(I, weights, p, LE);
      IntVector low = v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK);
      IntVector high = v.lanewise(ASHR, 3).and(HALF_MASK);
      low.reinterpretAsFloats().mul(UP).intoArray(tile, q);
      high.reinterpretAsFloats().mul(UP).intoArray(tile, q + 16);
    }
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** {@link dev.tern.quant.Layout#F32}. */
final class F32Kernels {
  private F32Kernels() {}

  /** Adds the sums of a part of the rows for one row of activations. */
  static void one(PanelChunk chunk, int part) {
    MemorySegment weights = chunk.weights;
    float[] x = chunk.x;
    float[] sums = chunk.sums;
    int to = chunk.to + part * L;
    int at = chunk.from[0];
    int cols = chunk.blocks;
    FloatVector a = FloatVector.fromArray(F, sums, to);
    FloatVector b = FloatVector.fromArray(F, sums, to + 16);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    long p = chunk.at + part * BYTES;
    int i = 0;
    for (; i + 2 <= cols; i += 2, p += 256) {
      FloatVector x0 = FloatVector.broadcast(F, x[at + i]);
      FloatVector x1 = FloatVector.broadcast(F, x[at + i + 1]);
      a = FloatVector.fromMemorySegment(F, weights, p, LE).fma(x0, a);
      b = FloatVector.fromMemorySegment(F, weights, p + 64, LE).fma(x0, b);
      c = FloatVector.fromMemorySegment(F, weights, p + 128, LE).fma(x1, c);
      d = FloatVector.fromMemorySegment(F, weights, p + 192, LE).fma(x1, d);
    }
    if (i < cols) {
      FloatVector x0 = FloatVector.broadcast(F, x[at + i]);
      a = FloatVector.fromMemorySegment(F, weights, p, LE).fma(x0, a);
      b = FloatVector.fromMemorySegment(F, weights, p + 64, LE).fma(x0, b);
    }
    a.add(c).intoArray(sums, to);
    b.add(d).intoArray(sums, to + 16);
  }

  /** Copies a part of the rows to columns of 64 floats. */
  static void tile(PanelChunk chunk, int part, MemorySegment tile, long to) {
    MemorySegment weights = chunk.weights;
    int count = chunk.blocks;
    long p = chunk.at + part * BYTES;
    long q = to + part * BYTES;
    for (int i = 0; i < count; i++, p += 128, q += 256) {
      FloatVector.fromMemorySegment(F, weights, p, LE).intoMemorySegment(tile, q, LE);
      FloatVector.fromMemorySegment(F, weights, p + 64, LE).intoMemorySegment(tile, q + 64, LE);
    }
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** {@link dev.tern.quant.Layout#BF16}. */
final class BFloat16Kernels {
  private static final int HIGH = 0xffff0000;

  private BFloat16Kernels() {}

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
    for (; i + 2 <= cols; i += 2, p += 128) {
      FloatVector x0 = FloatVector.broadcast(F, x[at + i]);
      FloatVector x1 = FloatVector.broadcast(F, x[at + i + 1]);
      IntVector w0 = IntVector.fromMemorySegment(I, weights, p, LE);
      IntVector w1 = IntVector.fromMemorySegment(I, weights, p + 64, LE);
      a = w0.lanewise(LSHL, 16).reinterpretAsFloats().fma(x0, a);
      b = w0.and(HIGH).reinterpretAsFloats().fma(x0, b);
      c = w1.lanewise(LSHL, 16).reinterpretAsFloats().fma(x1, c);
      d = w1.and(HIGH).reinterpretAsFloats().fma(x1, d);
    }
    if (i < cols) {
      FloatVector x0 = FloatVector.broadcast(F, x[at + i]);
      IntVector w0 = IntVector.fromMemorySegment(I, weights, p, LE);
      a = w0.lanewise(LSHL, 16).reinterpretAsFloats().fma(x0, a);
      b = w0.and(HIGH).reinterpretAsFloats().fma(x0, b);
    }
    a.add(c).intoArray(sums, to);
    b.add(d).intoArray(sums, to + 16);
  }

  /** Decodes a part of the rows to columns of 64 floats. */
  static void tile(PanelChunk chunk, int part, MemorySegment tile, long to) {
    MemorySegment weights = chunk.weights;
    int count = chunk.blocks;
    long p = chunk.at + part * BYTES;
    long q = to + part * BYTES;
    for (int i = 0; i < count; i++, p += 64, q += 256) {
      IntVector v = IntVector.fromMemorySegment(I, weights, p, LE);
      v.lanewise(LSHL, 16).intoMemorySegment(tile, q, LE);
      v.and(HIGH).intoMemorySegment(tile, q + 64, LE);
    }
  }
}

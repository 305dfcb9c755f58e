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

  /** Sums over all columns of a part of the panel at {@code w}. */
  static void gemv(MemorySegment weights, long w, int part, int cols, float[] x, int at, float[] sums, int to) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    long p = w + part * BYTES;
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
    a.add(c).intoArray(sums, to + part * L);
    b.add(d).intoArray(sums, to + part * L + 16);
  }

  /** Copies {@code count} columns of a part to rows of 64 floats. */
  static void tile(MemorySegment weights, long w, int part, int count, MemorySegment tile, long to) {
    long p = w + part * BYTES;
    long q = to + part * BYTES;
    for (int i = 0; i < count; i++, p += 128, q += 256) {
      FloatVector.fromMemorySegment(F, weights, p, LE).intoMemorySegment(tile, q, LE);
      FloatVector.fromMemorySegment(F, weights, p + 64, LE).intoMemorySegment(tile, q + 64, LE);
    }
  }
}

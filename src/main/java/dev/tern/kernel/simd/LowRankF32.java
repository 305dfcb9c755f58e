package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** {@link LowRankTerms} in {@link dev.tern.quant.Layout#F32}. */
final class LowRankF32 {
  private LowRankF32() {}

  /** Sums of 16 rows of the wide matrix for a part of them, over columns of both halves. */
  static void down(LowRankCall call, int part) {
    MemorySegment weights = call.weights;
    float[] x = call.x;
    int first = call.first;
    int second = call.second;
    int columns = call.columns;
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    long p = call.at + part * BYTES;
    int i = 0;
    for (; i + 2 <= columns; i += 2, p += 256) {
      FloatVector x0 = FloatVector.broadcast(F, x[first + i]);
      FloatVector y0 = FloatVector.broadcast(F, x[second + i]);
      FloatVector x1 = FloatVector.broadcast(F, x[first + i + 1]);
      FloatVector y1 = FloatVector.broadcast(F, x[second + i + 1]);
      a = FloatVector.fromMemorySegment(F, weights, p, LE).fma(x0, a);
      b = FloatVector.fromMemorySegment(F, weights, p + 64, LE).fma(y0, b);
      c = FloatVector.fromMemorySegment(F, weights, p + 128, LE).fma(x1, c);
      d = FloatVector.fromMemorySegment(F, weights, p + 192, LE).fma(y1, d);
    }
    if (i < columns) {
      FloatVector x0 = FloatVector.broadcast(F, x[first + i]);
      FloatVector y0 = FloatVector.broadcast(F, x[second + i]);
      a = FloatVector.fromMemorySegment(F, weights, p, LE).fma(x0, a);
      b = FloatVector.fromMemorySegment(F, weights, p + 64, LE).fma(y0, b);
    }
    a.add(c).add(b.add(d)).intoArray(call.out, call.to + part * L);
  }

  /** Adds the products of whole panels of the tall matrix with a row of low rank, for a part of the rows. */
  static void up(LowRankCall call, int part) {
    MemorySegment weights = call.weights;
    float[] x = call.x;
    float[] out = call.out;
    int first = call.first;
    int rank = call.columns;
    int to = call.to + part * L;
    long at = call.at + part * BYTES;
    for (int panel = 0; panel < call.panels; panel++, to += 32, at += 128L * rank) {
      FloatVector a = FloatVector.fromArray(F, out, to);
      FloatVector b = FloatVector.fromArray(F, out, to + 16);
      FloatVector c = FloatVector.zero(F);
      FloatVector d = FloatVector.zero(F);
      long p = at;
      int i = 0;
      for (; i + 2 <= rank; i += 2, p += 256) {
        FloatVector x0 = FloatVector.broadcast(F, x[first + i]);
        FloatVector x1 = FloatVector.broadcast(F, x[first + i + 1]);
        a = FloatVector.fromMemorySegment(F, weights, p, LE).fma(x0, a);
        b = FloatVector.fromMemorySegment(F, weights, p + 64, LE).fma(x0, b);
        c = FloatVector.fromMemorySegment(F, weights, p + 128, LE).fma(x1, c);
        d = FloatVector.fromMemorySegment(F, weights, p + 192, LE).fma(x1, d);
      }
      if (i < rank) {
        FloatVector x0 = FloatVector.broadcast(F, x[first + i]);
        a = FloatVector.fromMemorySegment(F, weights, p, LE).fma(x0, a);
        b = FloatVector.fromMemorySegment(F, weights, p + 64, LE).fma(x0, b);
      }
      a.add(c).intoArray(out, to);
      b.add(d).intoArray(out, to + 16);
    }
  }
}

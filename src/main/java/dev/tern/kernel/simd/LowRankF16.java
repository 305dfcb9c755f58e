package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.HALF_MASK;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** {@link LowRankTerms} in {@link dev.tern.quant.Layout#F16}. */
final class LowRankF16 {
  private static final float UP = 0x1p112f;

  private LowRankF16() {}

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
    for (; i + 2 <= columns; i += 2, p += 128) {
      FloatVector x0 = FloatVector.broadcast(F, x[first + i]);
      FloatVector y0 = FloatVector.broadcast(F, x[second + i]);
      FloatVector x1 = FloatVector.broadcast(F, x[first + i + 1]);
      FloatVector y1 = FloatVector.broadcast(F, x[second + i + 1]);
      IntVector w0 = IntVector.fromMemorySegment(I, weights, p, LE);
      IntVector w1 = IntVector.fromMemorySegment(I, weights, p + 64, LE);
      a = w0.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x0, a);
      b = w0.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(y0, b);
      c = w1.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x1, c);
      d = w1.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(y1, d);
    }
    if (i < columns) {
      FloatVector x0 = FloatVector.broadcast(F, x[first + i]);
      FloatVector y0 = FloatVector.broadcast(F, x[second + i]);
      IntVector w0 = IntVector.fromMemorySegment(I, weights, p, LE);
      a = w0.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x0, a);
      b = w0.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(y0, b);
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
    for (int panel = 0; panel < call.panels; panel++, to += 32, at += 64L * rank) {
      FloatVector a = FloatVector.fromArray(F, out, to);
      FloatVector b = FloatVector.fromArray(F, out, to + 16);
      FloatVector c = FloatVector.zero(F);
      FloatVector d = FloatVector.zero(F);
      long p = at;
      int i = 0;
      for (; i + 2 <= rank; i += 2, p += 128) {
        FloatVector x0 = FloatVector.broadcast(F, x[first + i]);
        FloatVector x1 = FloatVector.broadcast(F, x[first + i + 1]);
        IntVector w0 = IntVector.fromMemorySegment(I, weights, p, LE);
        IntVector w1 = IntVector.fromMemorySegment(I, weights, p + 64, LE);
        a = w0.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x0, a);
        b = w0.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x0, b);
        c = w1.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x1, c);
        d = w1.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x1, d);
      }
      if (i < rank) {
        FloatVector x0 = FloatVector.broadcast(F, x[first + i]);
        IntVector w0 = IntVector.fromMemorySegment(I, weights, p, LE);
        a = w0.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x0, a);
        b = w0.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP).fma(x0, b);
      }
      a.add(c).intoArray(out, to);
      b.add(d).intoArray(out, to + 16);
    }
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.HALF_MASK;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** {@link dev.tern.quant.Layout#Q8}. */
final class Q8Kernels {
  private static final int BLOCK = 1088;

  private Q8Kernels() {}

  /** Sums over all blocks of a part of the panel at {@code w}. */
  static void gemv(MemorySegment weights, long w, int part, int blocks, float[] x, int at, float[] sums, int to) {
    FloatVector low = FloatVector.zero(F);
    FloatVector high = FloatVector.zero(F);
    long p = w + part * BYTES;
    int k = at;
    for (int block = 0; block < blocks; block++, p += BLOCK) {
      FloatVector a = FloatVector.zero(F);
      FloatVector b = FloatVector.zero(F);
      FloatVector c = FloatVector.zero(F);
      FloatVector d = FloatVector.zero(F);
      for (int g = 0; g < 8; g++, k += 4) {
        IntVector v = IntVector.fromMemorySegment(I, weights, p + g * 128, LE);
        IntVector u = IntVector.fromMemorySegment(I, weights, p + g * 128 + 64, LE);
        FloatVector x0 = FloatVector.broadcast(F, x[k]);
        FloatVector x1 = FloatVector.broadcast(F, x[k + 1]);
        FloatVector x2 = FloatVector.broadcast(F, x[k + 2]);
        FloatVector x3 = FloatVector.broadcast(F, x[k + 3]);
        a = ((FloatVector) v.lanewise(LSHL, 24).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(x0, a);
        b = ((FloatVector) u.lanewise(LSHL, 24).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(x0, b);
        c = ((FloatVector) v.lanewise(LSHL, 16).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(x1, c);
        d = ((FloatVector) u.lanewise(LSHL, 16).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(x1, d);
        a = ((FloatVector) v.lanewise(LSHL, 8).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(x2, a);
        b = ((FloatVector) u.lanewise(LSHL, 8).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(x2, b);
        c = ((FloatVector) v.lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(x3, c);
        d = ((FloatVector) u.lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(x3, d);
      }
      IntVector scales = IntVector.fromMemorySegment(I, weights, p + 1024, LE);
      IntVector even = scales.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK);
      IntVector odd = scales.lanewise(ASHR, 3).and(HALF_MASK);
      low = a.add(c).fma(even.reinterpretAsFloats().mul(0x1p112f), low);
      high = b.add(d).fma(odd.reinterpretAsFloats().mul(0x1p112f), high);
    }
    low.intoArray(sums, to + part * L);
    high.intoArray(sums, to + part * L + 16);
  }

  /** Decodes {@code blocks} blocks of a part to rows of 64 floats. */
  static void tile(MemorySegment weights, long w, int part, int blocks, MemorySegment tile, long to) {
    long p = w + part * BYTES;
    long q = to + part * BYTES;
    for (int block = 0; block < blocks; block++, p += BLOCK) {
      IntVector scales = IntVector.fromMemorySegment(I, weights, p + 1024, LE);
      IntVector even = scales.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK);
      IntVector odd = scales.lanewise(ASHR, 3).and(HALF_MASK);
      FloatVector e = even.reinterpretAsFloats().mul(0x1p112f);
      FloatVector o = odd.reinterpretAsFloats().mul(0x1p112f);
      for (int g = 0; g < 8; g++, q += 1024) {
        IntVector v = IntVector.fromMemorySegment(I, weights, p + g * 128, LE);
        IntVector u = IntVector.fromMemorySegment(I, weights, p + g * 128 + 64, LE);
        e.mul(v.lanewise(LSHL, 24).lanewise(ASHR, 24).convertShape(I2F, F, 0)).intoMemorySegment(tile, q, LE);
        o.mul(u.lanewise(LSHL, 24).lanewise(ASHR, 24).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 64, LE);
        e.mul(v.lanewise(LSHL, 16).lanewise(ASHR, 24).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 256, LE);
        o.mul(u.lanewise(LSHL, 16).lanewise(ASHR, 24).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 320, LE);
        e.mul(v.lanewise(LSHL, 8).lanewise(ASHR, 24).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 512, LE);
        o.mul(u.lanewise(LSHL, 8).lanewise(ASHR, 24).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 576, LE);
        e.mul(v.lanewise(ASHR, 24).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 768, LE);
        o.mul(u.lanewise(ASHR, 24).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 832, LE);
      }
    }
  }
}

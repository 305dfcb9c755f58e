package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.HALF_MASK;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;
import static dev.tern.kernel.simd.Lanes.S;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** {@link dev.tern.quant.Layout#Q4}. */
final class Q4Kernels {
  private static final int BLOCK = 576;

  /** Turns codes 0–15 into signed nibbles. */
  private static final int SIGN = 0x88888888;

  private Q4Kernels() {}

  /** Sums over all blocks of a part of the panel at {@code w}, of exact activations. */
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
        IntVector v = IntVector.fromMemorySegment(I, weights, p + g * 64, LE).lanewise(XOR, SIGN);
        FloatVector x0 = FloatVector.broadcast(F, x[k]);
        FloatVector x1 = FloatVector.broadcast(F, x[k + 1]);
        FloatVector x2 = FloatVector.broadcast(F, x[k + 2]);
        FloatVector x3 = FloatVector.broadcast(F, x[k + 3]);
        a = ((FloatVector) v.lanewise(LSHL, 28).lanewise(ASHR, 28).convertShape(I2F, F, 0)).fma(x0, a);
        b = ((FloatVector) v.lanewise(LSHL, 12).lanewise(ASHR, 28).convertShape(I2F, F, 0)).fma(x0, b);
        c = ((FloatVector) v.lanewise(LSHL, 24).lanewise(ASHR, 28).convertShape(I2F, F, 0)).fma(x1, c);
        d = ((FloatVector) v.lanewise(LSHL, 8).lanewise(ASHR, 28).convertShape(I2F, F, 0)).fma(x1, d);
        a = ((FloatVector) v.lanewise(LSHL, 20).lanewise(ASHR, 28).convertShape(I2F, F, 0)).fma(x2, a);
        b = ((FloatVector) v.lanewise(LSHL, 4).lanewise(ASHR, 28).convertShape(I2F, F, 0)).fma(x2, b);
        c = ((FloatVector) v.lanewise(LSHL, 16).lanewise(ASHR, 28).convertShape(I2F, F, 0)).fma(x3, c);
        d = ((FloatVector) v.lanewise(ASHR, 28).convertShape(I2F, F, 0)).fma(x3, d);
      }
      IntVector scales = IntVector.fromMemorySegment(I, weights, p + 512, LE);
      IntVector even = scales.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK);
      IntVector odd = scales.lanewise(ASHR, 3).and(HALF_MASK);
      low = a.add(c).fma(even.reinterpretAsFloats().mul(0x1p112f), low);
      high = b.add(d).fma(odd.reinterpretAsFloats().mul(0x1p112f), high);
    }
    low.intoArray(sums, to + part * L);
    high.intoArray(sums, to + part * L + 16);
  }

  /**
   * Sums over all blocks of a part of the panel at {@code w}, of quantized activations. All integer arithmetic is exact
   * modulo 2¹⁶: a block's sum of (code − 8) · activation is below 2¹⁵, whatever overflows on the way. A code is not
   * masked out of its nibbles: the higher ones it carries are subtracted with the next activation (see Quantized).
   */
  static void gemv(MemorySegment weights, long w, int part, int blocks, Quantized x, float[] sums, int to) {
    int[] pairs = x.pairs;
    short[] starts = x.starts;
    float[] scale = x.scales;
    FloatVector low = FloatVector.zero(F);
    FloatVector high = FloatVector.zero(F);
    ShortVector four = ShortVector.fromArray(S, Quantized.SHIFT, 0);
    long p = w + part * BYTES;
    int k = 0;
    for (int block = 0; block < blocks; block++, p += BLOCK) {
      ShortVector s0 = ShortVector.broadcast(S, starts[block]);
      ShortVector s1 = ShortVector.zero(S);
      ShortVector s2 = ShortVector.zero(S);
      ShortVector s3 = ShortVector.zero(S);
      for (int g = 0; g < 8; g++, k += 4) {
        ShortVector v = ShortVector.fromMemorySegment(S, weights, p + g * 64, LE);
        s0 = v.mul(IntVector.broadcast(I, pairs[k]).reinterpretAsShorts()).add(s0);
        v = v.lanewise(LSHR, four);
        s1 = v.mul(IntVector.broadcast(I, pairs[k + 1]).reinterpretAsShorts()).add(s1);
        v = v.lanewise(LSHR, four);
        s2 = v.mul(IntVector.broadcast(I, pairs[k + 2]).reinterpretAsShorts()).add(s2);
        v = v.lanewise(LSHR, four);
        s3 = v.mul(IntVector.broadcast(I, pairs[k + 3]).reinterpretAsShorts()).add(s3);
      }
      IntVector sum = s0.add(s1).add(s2).add(s3).reinterpretAsInts();
      IntVector scales = IntVector.fromMemorySegment(I, weights, p + 512, LE);
      FloatVector even = scales.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      FloatVector odd = scales.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      low = ((FloatVector) sum.lanewise(LSHL, 16).convertShape(I2F, F, 0)).mul(scale[block]).fma(even, low);
      high = ((FloatVector) sum.and(0xffff0000).convertShape(I2F, F, 0)).mul(scale[block]).fma(odd, high);
    }
    low.mul(0x1p56f).mul(x.factor).intoArray(sums, to + part * L);
    high.mul(0x1p56f).mul(x.factor).intoArray(sums, to + part * L + 16);
  }

  /** Decodes {@code blocks} blocks of a part to rows of 64 floats. */
  static void tile(MemorySegment weights, long w, int part, int blocks, MemorySegment tile, long to) {
    long p = w + part * BYTES;
    long q = to + part * BYTES;
    for (int block = 0; block < blocks; block++, p += BLOCK) {
      IntVector scales = IntVector.fromMemorySegment(I, weights, p + 512, LE);
      IntVector even = scales.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK);
      IntVector odd = scales.lanewise(ASHR, 3).and(HALF_MASK);
      FloatVector e = even.reinterpretAsFloats().mul(0x1p112f);
      FloatVector o = odd.reinterpretAsFloats().mul(0x1p112f);
      for (int g = 0; g < 8; g++, q += 1024) {
        IntVector v = IntVector.fromMemorySegment(I, weights, p + g * 64, LE).lanewise(XOR, SIGN);
        e.mul(v.lanewise(LSHL, 28).lanewise(ASHR, 28).convertShape(I2F, F, 0)).intoMemorySegment(tile, q, LE);
        o.mul(v.lanewise(LSHL, 12).lanewise(ASHR, 28).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 64, LE);
        e.mul(v.lanewise(LSHL, 24).lanewise(ASHR, 28).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 256, LE);
        o.mul(v.lanewise(LSHL, 8).lanewise(ASHR, 28).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 320, LE);
        e.mul(v.lanewise(LSHL, 20).lanewise(ASHR, 28).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 512, LE);
        o.mul(v.lanewise(LSHL, 4).lanewise(ASHR, 28).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 576, LE);
        e.mul(v.lanewise(LSHL, 16).lanewise(ASHR, 28).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 768, LE);
        o.mul(v.lanewise(ASHR, 28).convertShape(I2F, F, 0)).intoMemorySegment(tile, q + 832, LE);
      }
    }
  }
}

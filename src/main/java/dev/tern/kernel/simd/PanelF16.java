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

/**
 * Products with panels of half floats. They are widened by shifting exponent and mantissa into place, which leaves
 * 2⁻¹¹² of the value; {@link PanelProduct#factor} makes up for it.
 */
final class PanelF16 {
  private PanelF16() {}

  static void multiply(PanelProduct p, int rows, int row, int part) {
    switch (rows) {
      case 8 -> eight(p, row, part);
      case 4 -> four(p, row, part);
      case 2 -> two(p, row, part);
      default -> one(p, row, part);
    }
  }

  private static void eight(PanelProduct p, int row, int part) {
    MemorySegment panel = p.panel;
    float[] a = p.a;
    float[] start = p.start;
    int from = p.startAt + row * p.startStride + part * L;
    int a0 = p.aAt + row * p.aStride;
    FloatVector s0 = FloatVector.fromArray(F, start, from);
    FloatVector t0 = FloatVector.fromArray(F, start, from + 16);
    int a1 = a0 + p.aStride;
    FloatVector s1 = FloatVector.fromArray(F, start, from + p.startStride);
    FloatVector t1 = FloatVector.fromArray(F, start, from + p.startStride + 16);
    int a2 = a0 + 2 * p.aStride;
    FloatVector s2 = FloatVector.fromArray(F, start, from + 2 * p.startStride);
    FloatVector t2 = FloatVector.fromArray(F, start, from + 2 * p.startStride + 16);
    int a3 = a0 + 3 * p.aStride;
    FloatVector s3 = FloatVector.fromArray(F, start, from + 3 * p.startStride);
    FloatVector t3 = FloatVector.fromArray(F, start, from + 3 * p.startStride + 16);
    int a4 = a0 + 4 * p.aStride;
    FloatVector s4 = FloatVector.fromArray(F, start, from + 4 * p.startStride);
    FloatVector t4 = FloatVector.fromArray(F, start, from + 4 * p.startStride + 16);
    int a5 = a0 + 5 * p.aStride;
    FloatVector s5 = FloatVector.fromArray(F, start, from + 5 * p.startStride);
    FloatVector t5 = FloatVector.fromArray(F, start, from + 5 * p.startStride + 16);
    int a6 = a0 + 6 * p.aStride;
    FloatVector s6 = FloatVector.fromArray(F, start, from + 6 * p.startStride);
    FloatVector t6 = FloatVector.fromArray(F, start, from + 6 * p.startStride + 16);
    int a7 = a0 + 7 * p.aStride;
    FloatVector s7 = FloatVector.fromArray(F, start, from + 7 * p.startStride);
    FloatVector t7 = FloatVector.fromArray(F, start, from + 7 * p.startStride + 16);
    long q = p.at + part * BYTES;
    int steps = p.steps;
    for (int i = 0; i < steps; i++, q += 64) {
      IntVector pair = IntVector.fromMemorySegment(I, panel, q, LE);
      FloatVector v = pair.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      FloatVector w = pair.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      FloatVector x = FloatVector.broadcast(F, a[a0 + i]);
      s0 = v.fma(x, s0);
      t0 = w.fma(x, t0);
      x = FloatVector.broadcast(F, a[a1 + i]);
      s1 = v.fma(x, s1);
      t1 = w.fma(x, t1);
      x = FloatVector.broadcast(F, a[a2 + i]);
      s2 = v.fma(x, s2);
      t2 = w.fma(x, t2);
      x = FloatVector.broadcast(F, a[a3 + i]);
      s3 = v.fma(x, s3);
      t3 = w.fma(x, t3);
      x = FloatVector.broadcast(F, a[a4 + i]);
      s4 = v.fma(x, s4);
      t4 = w.fma(x, t4);
      x = FloatVector.broadcast(F, a[a5 + i]);
      s5 = v.fma(x, s5);
      t5 = w.fma(x, t5);
      x = FloatVector.broadcast(F, a[a6 + i]);
      s6 = v.fma(x, s6);
      t6 = w.fma(x, t6);
      x = FloatVector.broadcast(F, a[a7 + i]);
      s7 = v.fma(x, s7);
      t7 = w.fma(x, t7);
    }
    float[] c = p.c;
    int to = p.cAt + row * p.cStride + part * L;
    s0.intoArray(c, to);
    t0.intoArray(c, to + 16);
    s1.intoArray(c, to + p.cStride);
    t1.intoArray(c, to + p.cStride + 16);
    s2.intoArray(c, to + 2 * p.cStride);
    t2.intoArray(c, to + 2 * p.cStride + 16);
    s3.intoArray(c, to + 3 * p.cStride);
    t3.intoArray(c, to + 3 * p.cStride + 16);
    s4.intoArray(c, to + 4 * p.cStride);
    t4.intoArray(c, to + 4 * p.cStride + 16);
    s5.intoArray(c, to + 5 * p.cStride);
    t5.intoArray(c, to + 5 * p.cStride + 16);
    s6.intoArray(c, to + 6 * p.cStride);
    t6.intoArray(c, to + 6 * p.cStride + 16);
    s7.intoArray(c, to + 7 * p.cStride);
    t7.intoArray(c, to + 7 * p.cStride + 16);
  }

  private static void four(PanelProduct p, int row, int part) {
    MemorySegment panel = p.panel;
    float[] a = p.a;
    float[] start = p.start;
    int from = p.startAt + row * p.startStride + part * L;
    int a0 = p.aAt + row * p.aStride;
    FloatVector s0 = FloatVector.fromArray(F, start, from);
    FloatVector t0 = FloatVector.fromArray(F, start, from + 16);
    int a1 = a0 + p.aStride;
    FloatVector s1 = FloatVector.fromArray(F, start, from + p.startStride);
    FloatVector t1 = FloatVector.fromArray(F, start, from + p.startStride + 16);
    int a2 = a0 + 2 * p.aStride;
    FloatVector s2 = FloatVector.fromArray(F, start, from + 2 * p.startStride);
    FloatVector t2 = FloatVector.fromArray(F, start, from + 2 * p.startStride + 16);
    int a3 = a0 + 3 * p.aStride;
    FloatVector s3 = FloatVector.fromArray(F, start, from + 3 * p.startStride);
    FloatVector t3 = FloatVector.fromArray(F, start, from + 3 * p.startStride + 16);
    long q = p.at + part * BYTES;
    int steps = p.steps;
    for (int i = 0; i < steps; i++, q += 64) {
      IntVector pair = IntVector.fromMemorySegment(I, panel, q, LE);
      FloatVector v = pair.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      FloatVector w = pair.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      FloatVector x = FloatVector.broadcast(F, a[a0 + i]);
      s0 = v.fma(x, s0);
      t0 = w.fma(x, t0);
      x = FloatVector.broadcast(F, a[a1 + i]);
      s1 = v.fma(x, s1);
      t1 = w.fma(x, t1);
      x = FloatVector.broadcast(F, a[a2 + i]);
      s2 = v.fma(x, s2);
      t2 = w.fma(x, t2);
      x = FloatVector.broadcast(F, a[a3 + i]);
      s3 = v.fma(x, s3);
      t3 = w.fma(x, t3);
    }
    float[] c = p.c;
    int to = p.cAt + row * p.cStride + part * L;
    s0.intoArray(c, to);
    t0.intoArray(c, to + 16);
    s1.intoArray(c, to + p.cStride);
    t1.intoArray(c, to + p.cStride + 16);
    s2.intoArray(c, to + 2 * p.cStride);
    t2.intoArray(c, to + 2 * p.cStride + 16);
    s3.intoArray(c, to + 3 * p.cStride);
    t3.intoArray(c, to + 3 * p.cStride + 16);
  }

  private static void two(PanelProduct p, int row, int part) {
    MemorySegment panel = p.panel;
    float[] a = p.a;
    float[] start = p.start;
    int from = p.startAt + row * p.startStride + part * L;
    int a0 = p.aAt + row * p.aStride;
    FloatVector s0 = FloatVector.fromArray(F, start, from);
    FloatVector t0 = FloatVector.fromArray(F, start, from + 16);
    int a1 = a0 + p.aStride;
    FloatVector s1 = FloatVector.fromArray(F, start, from + p.startStride);
    FloatVector t1 = FloatVector.fromArray(F, start, from + p.startStride + 16);
    long q = p.at + part * BYTES;
    int steps = p.steps;
    for (int i = 0; i < steps; i++, q += 64) {
      IntVector pair = IntVector.fromMemorySegment(I, panel, q, LE);
      FloatVector v = pair.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      FloatVector w = pair.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      FloatVector x = FloatVector.broadcast(F, a[a0 + i]);
      s0 = v.fma(x, s0);
      t0 = w.fma(x, t0);
      x = FloatVector.broadcast(F, a[a1 + i]);
      s1 = v.fma(x, s1);
      t1 = w.fma(x, t1);
    }
    float[] c = p.c;
    int to = p.cAt + row * p.cStride + part * L;
    s0.intoArray(c, to);
    t0.intoArray(c, to + 16);
    s1.intoArray(c, to + p.cStride);
    t1.intoArray(c, to + p.cStride + 16);
  }

  private static void one(PanelProduct p, int row, int part) {
    MemorySegment panel = p.panel;
    float[] a = p.a;
    float[] start = p.start;
    int from = p.startAt + row * p.startStride + part * L;
    int a0 = p.aAt + row * p.aStride;
    FloatVector s0 = FloatVector.fromArray(F, start, from);
    FloatVector t0 = FloatVector.fromArray(F, start, from + 16);
    long q = p.at + part * BYTES;
    int steps = p.steps;
    for (int i = 0; i < steps; i++, q += 64) {
      IntVector pair = IntVector.fromMemorySegment(I, panel, q, LE);
      FloatVector v = pair.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      FloatVector w = pair.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats();
      FloatVector x = FloatVector.broadcast(F, a[a0 + i]);
      s0 = v.fma(x, s0);
      t0 = w.fma(x, t0);
    }
    float[] c = p.c;
    int to = p.cAt + row * p.cStride + part * L;
    s0.intoArray(c, to);
    t0.intoArray(c, to + 16);
  }
}

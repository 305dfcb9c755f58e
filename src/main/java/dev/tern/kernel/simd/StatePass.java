package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;

import dev.tern.kernel.LinearRecurrence;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * One pass over two vectors of columns of a panel: every element of the state is read once and written once. Memory
 * bandwidth bounds a step, hence the pending writes (see {@link LinearRecurrence#headFloats}): the write of the last
 * token and the reads of this one share a pass.
 */
final class StatePass {
  /** Columns of a pass. */
  static final int COLUMNS = 2 * L;

  private static final long ROW = 4L * LinearRecurrence.PANEL;

  private StatePass() {}

  /** {@code s = d·s + k·v; read = Σ q·s} with rows of factors (d, k, q). */
  static void additive(MemorySegment state, long at, int rows, StepVectors vectors, int column) {
    float[] factors = vectors.factors;
    FloatVector v0 = FloatVector.fromArray(F, vectors.pending, vectors.firstColumns + column);
    FloatVector v1 = FloatVector.fromArray(F, vectors.pending, vectors.firstColumns + column + L);
    FloatVector r0 = FloatVector.zero(F);
    FloatVector r1 = FloatVector.zero(F);
    for (int i = 0; i < rows; i++) {
      FloatVector d = FloatVector.broadcast(F, factors[3 * i]);
      FloatVector k = FloatVector.broadcast(F, factors[3 * i + 1]);
      FloatVector q = FloatVector.broadcast(F, factors[3 * i + 2]);
      FloatVector s0 = FloatVector.fromMemorySegment(F, state, at, LE).fma(d, v0.mul(k));
      FloatVector s1 = FloatVector.fromMemorySegment(F, state, at + BYTES, LE).fma(d, v1.mul(k));
      s0.intoMemorySegment(state, at, LE);
      s1.intoMemorySegment(state, at + BYTES, LE);
      r0 = s0.fma(q, r0);
      r1 = s1.fma(q, r1);
      at += ROW;
    }
    r0.intoArray(vectors.read, column);
    r1.intoArray(vectors.read, column + L);
  }

  /** {@code s = d·s + b·x; removed = Σ a·s; read = Σ q·s} with rows of factors (d, b, a, q). */
  static void delta(MemorySegment state, long at, int rows, StepVectors vectors, int column) {
    float[] factors = vectors.factors;
    FloatVector x0 = FloatVector.fromArray(F, vectors.pending, vectors.firstColumns + column);
    FloatVector x1 = FloatVector.fromArray(F, vectors.pending, vectors.firstColumns + column + L);
    FloatVector p0 = FloatVector.zero(F);
    FloatVector p1 = FloatVector.zero(F);
    FloatVector r0 = FloatVector.zero(F);
    FloatVector r1 = FloatVector.zero(F);
    for (int i = 0; i < rows; i++) {
      FloatVector d = FloatVector.broadcast(F, factors[4 * i]);
      FloatVector b = FloatVector.broadcast(F, factors[4 * i + 1]);
      FloatVector a = FloatVector.broadcast(F, factors[4 * i + 2]);
      FloatVector q = FloatVector.broadcast(F, factors[4 * i + 3]);
      FloatVector s0 = FloatVector.fromMemorySegment(F, state, at, LE).fma(d, x0.mul(b));
      FloatVector s1 = FloatVector.fromMemorySegment(F, state, at + BYTES, LE).fma(d, x1.mul(b));
      s0.intoMemorySegment(state, at, LE);
      s1.intoMemorySegment(state, at + BYTES, LE);
      p0 = s0.fma(a, p0);
      p1 = s1.fma(a, p1);
      r0 = s0.fma(q, r0);
      r1 = s1.fma(q, r1);
      at += ROW;
    }
    p0.intoArray(vectors.removed, column);
    p1.intoArray(vectors.removed, column + L);
    r0.intoArray(vectors.read, column);
    r1.intoArray(vectors.read, column + L);
  }

  /** {@code s = d·s + b·x + k·v; removed = Σ a·s; read = Σ q·s} with rows of factors (d, b, k, a, q). */
  static void lowRank(MemorySegment state, long at, int rows, StepVectors vectors, int column) {
    float[] factors = vectors.factors;
    FloatVector x0 = FloatVector.fromArray(F, vectors.pending, vectors.firstColumns + column);
    FloatVector x1 = FloatVector.fromArray(F, vectors.pending, vectors.firstColumns + column + L);
    FloatVector v0 = FloatVector.fromArray(F, vectors.pending, vectors.secondColumns + column);
    FloatVector v1 = FloatVector.fromArray(F, vectors.pending, vectors.secondColumns + column + L);
    FloatVector p0 = FloatVector.zero(F);
    FloatVector p1 = FloatVector.zero(F);
    FloatVector r0 = FloatVector.zero(F);
    FloatVector r1 = FloatVector.zero(F);
    for (int i = 0; i < rows; i++) {
      FloatVector d = FloatVector.broadcast(F, factors[5 * i]);
      FloatVector b = FloatVector.broadcast(F, factors[5 * i + 1]);
      FloatVector k = FloatVector.broadcast(F, factors[5 * i + 2]);
      FloatVector a = FloatVector.broadcast(F, factors[5 * i + 3]);
      FloatVector q = FloatVector.broadcast(F, factors[5 * i + 4]);
      FloatVector s0 = FloatVector.fromMemorySegment(F, state, at, LE).fma(d, x0.fma(b, v0.mul(k)));
      FloatVector s1 = FloatVector.fromMemorySegment(F, state, at + BYTES, LE).fma(d, x1.fma(b, v1.mul(k)));
      s0.intoMemorySegment(state, at, LE);
      s1.intoMemorySegment(state, at + BYTES, LE);
      p0 = s0.fma(a, p0);
      p1 = s1.fma(a, p1);
      r0 = s0.fma(q, r0);
      r1 = s1.fma(q, r1);
      at += ROW;
    }
    p0.intoArray(vectors.removed, column);
    p1.intoArray(vectors.removed, column + L);
    r0.intoArray(vectors.read, column);
    r1.intoArray(vectors.read, column + L);
  }
}

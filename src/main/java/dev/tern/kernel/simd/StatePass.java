package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;

import dev.tern.kernel.LinearRecurrence;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * One pass over four vectors of columns of a state, of which every element is read once and written once. Memory
 * bandwidth bounds a step, hence the pending writes (see {@link LinearRecurrence#headFloats}): the write of the last
 * token and the reads of this one share a pass.
 *
 * <p>Two of the vectors are neighbours from {@code at} on, the other two are {@code gap} bytes further in the same row.
 * Where the row ends before, the gap is 0, and the same is done twice. The methods are long because each must be one
 * loop with all its vectors in registers.
 */
final class StatePass {
  private StatePass() {}

  /** Runs one of the passes over all columns of a head whose state begins at {@code at}. */
  static void run(LinearRecurrence recurrence, MemorySegment state, long at, StepVectors vectors) {
    int rows = recurrence.keyWidth();
    int columns = recurrence.paddedWidth();
    for (int column = 0; column < columns; column += 4 * L) {
      long from = at + 4L * recurrence.index(0, column);
      boolean alone = column + 2 * L == columns;
      long gap = alone ? 0 : 4L * (recurrence.index(0, column + 2 * L) - recurrence.index(0, column));
      switch (recurrence.update()) {
        case ADDITIVE -> additive(state, from, gap, rows, vectors, column);
        case DELTA -> delta(state, from, gap, rows, vectors, column);
        case LOW_RANK -> lowRank(state, from, gap, rows, vectors, column);
      }
    }
  }

  /** {@code s = d·s + b·x; read = Σ q·s}, with the pending write being this token's. */
  private static void additive(MemorySegment state, long at, long gap, int rows, StepVectors vectors, int column) {
    long stride = vectors.rowBytes;
    float[] write = vectors.pending;
    float[] query = vectors.query;
    int other = gap == 0 ? column : column + 2 * L;
    int x = vectors.firstColumns;
    FloatVector x0 = FloatVector.fromArray(F, write, x + column);
    FloatVector x1 = FloatVector.fromArray(F, write, x + column + L);
    FloatVector x2 = FloatVector.fromArray(F, write, x + other);
    FloatVector x3 = FloatVector.fromArray(F, write, x + other + L);
    FloatVector r0 = FloatVector.zero(F);
    FloatVector r1 = FloatVector.zero(F);
    FloatVector r2 = FloatVector.zero(F);
    FloatVector r3 = FloatVector.zero(F);
    for (int i = 0; i < rows; i++, at += stride) {
      FloatVector d = FloatVector.broadcast(F, write[i]);
      FloatVector b = FloatVector.broadcast(F, write[rows + i]);
      FloatVector s0 = b.fma(x0, FloatVector.fromMemorySegment(F, state, at, LE).mul(d));
      FloatVector s1 = b.fma(x1, FloatVector.fromMemorySegment(F, state, at + BYTES, LE).mul(d));
      FloatVector s2 = b.fma(x2, FloatVector.fromMemorySegment(F, state, at + gap, LE).mul(d));
      FloatVector s3 = b.fma(x3, FloatVector.fromMemorySegment(F, state, at + gap + BYTES, LE).mul(d));
      s0.intoMemorySegment(state, at, LE);
      s1.intoMemorySegment(state, at + BYTES, LE);
      s2.intoMemorySegment(state, at + gap, LE);
      s3.intoMemorySegment(state, at + gap + BYTES, LE);
      FloatVector q = FloatVector.broadcast(F, query[i]);
      r0 = s0.fma(q, r0);
      r1 = s1.fma(q, r1);
      r2 = s2.fma(q, r2);
      r3 = s3.fma(q, r3);
    }
    r0.intoArray(vectors.read, column);
    r1.intoArray(vectors.read, column + L);
    r2.intoArray(vectors.read, other);
    r3.intoArray(vectors.read, other + L);
  }

  /** {@code s = d·s + b·x; removed = Σ a·s; read = Σ q·s}. */
  private static void delta(MemorySegment state, long at, long gap, int rows, StepVectors vectors, int column) {
    long stride = vectors.rowBytes;
    float[] write = vectors.pending;
    float[] removal = vectors.removal;
    float[] query = vectors.query;
    int other = gap == 0 ? column : column + 2 * L;
    int x = vectors.firstColumns;
    FloatVector x0 = FloatVector.fromArray(F, write, x + column);
    FloatVector x1 = FloatVector.fromArray(F, write, x + column + L);
    FloatVector x2 = FloatVector.fromArray(F, write, x + other);
    FloatVector x3 = FloatVector.fromArray(F, write, x + other + L);
    FloatVector p0 = FloatVector.zero(F);
    FloatVector p1 = FloatVector.zero(F);
    FloatVector p2 = FloatVector.zero(F);
    FloatVector p3 = FloatVector.zero(F);
    FloatVector r0 = FloatVector.zero(F);
    FloatVector r1 = FloatVector.zero(F);
    FloatVector r2 = FloatVector.zero(F);
    FloatVector r3 = FloatVector.zero(F);
    for (int i = 0; i < rows; i++, at += stride) {
      FloatVector d = FloatVector.broadcast(F, write[i]);
      FloatVector b = FloatVector.broadcast(F, write[rows + i]);
      FloatVector s0 = b.fma(x0, FloatVector.fromMemorySegment(F, state, at, LE).mul(d));
      FloatVector s1 = b.fma(x1, FloatVector.fromMemorySegment(F, state, at + BYTES, LE).mul(d));
      FloatVector s2 = b.fma(x2, FloatVector.fromMemorySegment(F, state, at + gap, LE).mul(d));
      FloatVector s3 = b.fma(x3, FloatVector.fromMemorySegment(F, state, at + gap + BYTES, LE).mul(d));
      s0.intoMemorySegment(state, at, LE);
      s1.intoMemorySegment(state, at + BYTES, LE);
      s2.intoMemorySegment(state, at + gap, LE);
      s3.intoMemorySegment(state, at + gap + BYTES, LE);
      FloatVector a = FloatVector.broadcast(F, removal[i]);
      p0 = s0.fma(a, p0);
      p1 = s1.fma(a, p1);
      p2 = s2.fma(a, p2);
      p3 = s3.fma(a, p3);
      FloatVector q = FloatVector.broadcast(F, query[i]);
      r0 = s0.fma(q, r0);
      r1 = s1.fma(q, r1);
      r2 = s2.fma(q, r2);
      r3 = s3.fma(q, r3);
    }
    p0.intoArray(vectors.removed, column);
    p1.intoArray(vectors.removed, column + L);
    p2.intoArray(vectors.removed, other);
    p3.intoArray(vectors.removed, other + L);
    r0.intoArray(vectors.read, column);
    r1.intoArray(vectors.read, column + L);
    r2.intoArray(vectors.read, other);
    r3.intoArray(vectors.read, other + L);
  }

  /** {@code s = d·s + b·x + k·v; removed = Σ a·s; read = Σ q·s}. */
  private static void lowRank(MemorySegment state, long at, long gap, int rows, StepVectors vectors, int column) {
    long stride = vectors.rowBytes;
    float[] write = vectors.pending;
    float[] removal = vectors.removal;
    float[] query = vectors.query;
    int other = gap == 0 ? column : column + 2 * L;
    int x = vectors.firstColumns;
    int v = vectors.secondColumns;
    int second = vectors.secondRows;
    FloatVector x0 = FloatVector.fromArray(F, write, x + column);
    FloatVector x1 = FloatVector.fromArray(F, write, x + column + L);
    FloatVector x2 = FloatVector.fromArray(F, write, x + other);
    FloatVector x3 = FloatVector.fromArray(F, write, x + other + L);
    FloatVector v0 = FloatVector.fromArray(F, write, v + column);
    FloatVector v1 = FloatVector.fromArray(F, write, v + column + L);
    FloatVector v2 = FloatVector.fromArray(F, write, v + other);
    FloatVector v3 = FloatVector.fromArray(F, write, v + other + L);
    FloatVector p0 = FloatVector.zero(F);
    FloatVector p1 = FloatVector.zero(F);
    FloatVector p2 = FloatVector.zero(F);
    FloatVector p3 = FloatVector.zero(F);
    FloatVector r0 = FloatVector.zero(F);
    FloatVector r1 = FloatVector.zero(F);
    FloatVector r2 = FloatVector.zero(F);
    FloatVector r3 = FloatVector.zero(F);
    for (int i = 0; i < rows; i++, at += stride) {
      FloatVector d = FloatVector.broadcast(F, write[i]);
      FloatVector b = FloatVector.broadcast(F, write[rows + i]);
      FloatVector k = FloatVector.broadcast(F, write[second + i]);
      FloatVector s0 = k.fma(v0, FloatVector.fromMemorySegment(F, state, at, LE).mul(d));
      s0 = b.fma(x0, s0);
      FloatVector s1 = k.fma(v1, FloatVector.fromMemorySegment(F, state, at + BYTES, LE).mul(d));
      s1 = b.fma(x1, s1);
      FloatVector s2 = k.fma(v2, FloatVector.fromMemorySegment(F, state, at + gap, LE).mul(d));
      s2 = b.fma(x2, s2);
      FloatVector s3 = k.fma(v3, FloatVector.fromMemorySegment(F, state, at + gap + BYTES, LE).mul(d));
      s3 = b.fma(x3, s3);
      s0.intoMemorySegment(state, at, LE);
      s1.intoMemorySegment(state, at + BYTES, LE);
      s2.intoMemorySegment(state, at + gap, LE);
      s3.intoMemorySegment(state, at + gap + BYTES, LE);
      FloatVector a = FloatVector.broadcast(F, removal[i]);
      p0 = s0.fma(a, p0);
      p1 = s1.fma(a, p1);
      p2 = s2.fma(a, p2);
      p3 = s3.fma(a, p3);
      FloatVector q = FloatVector.broadcast(F, query[i]);
      r0 = s0.fma(q, r0);
      r1 = s1.fma(q, r1);
      r2 = s2.fma(q, r2);
      r3 = s3.fma(q, r3);
    }
    p0.intoArray(vectors.removed, column);
    p1.intoArray(vectors.removed, column + L);
    p2.intoArray(vectors.removed, other);
    p3.intoArray(vectors.removed, other + L);
    r0.intoArray(vectors.read, column);
    r1.intoArray(vectors.read, column + L);
    r2.intoArray(vectors.read, other);
    r3.intoArray(vectors.read, other + L);
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.J;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Loops that do nothing but what bounds every kernel: reading memory, and fused multiply-adds in registers. The rates
 * of kernels are given as fractions of theirs.
 */
public final class MachinePeaks {
  /** Bytes that {@link #read} takes at a time: ranges must be multiples of it. */
  public static final int READ_BLOCK = 256;

  /** Floats that {@link #multiplyAdd} reads as operands. */
  public static final int OPERANDS = 2 * L;

  private static final int ACCUMULATORS = 12;

  private MachinePeaks() {}

  /** Width of the vectors that kernels use. */
  public static int vectorBits() {
    return F.vectorBitSize();
  }

  /** Reads the bytes {@code [from, to)} once, in order; the sum keeps the reads from being optimized away. */
  public static long read(MemorySegment memory, long from, long to) {
    LongVector a = LongVector.zero(J);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    for (long i = from; i < to; i += 4L * BYTES) {
      a = LongVector.fromMemorySegment(J, memory, i, LE).add(a);
      b = LongVector.fromMemorySegment(J, memory, i + BYTES, LE).add(b);
      c = LongVector.fromMemorySegment(J, memory, i + 2L * BYTES, LE).add(c);
      d = LongVector.fromMemorySegment(J, memory, i + 3L * BYTES, LE).add(d);
    }
    return a.add(b).add(c).add(d).reduceLanes(VectorOperators.ADD);
  }

  /** Reads and writes the floats in the bytes {@code [from, to)} once, in order: halves them. */
  public static void readAndWrite(MemorySegment memory, long from, long to) {
    for (long i = from; i < to; i += 4L * BYTES) {
      FloatVector.fromMemorySegment(F, memory, i, LE).mul(0.5f).intoMemorySegment(memory, i, LE);
      FloatVector.fromMemorySegment(F, memory, i + BYTES, LE).mul(0.5f).intoMemorySegment(memory, i + BYTES, LE);
      FloatVector.fromMemorySegment(F, memory, i + 2L * BYTES, LE)
          .mul(0.5f)
          .intoMemorySegment(memory, i + 2L * BYTES, LE);
      FloatVector.fromMemorySegment(F, memory, i + 3L * BYTES, LE)
          .mul(0.5f)
          .intoMemorySegment(memory, i + 3L * BYTES, LE);
    }
  }

  /** Floating-point operations of {@code multiplyAdd(…, rounds)}: a multiply-add counts as two. */
  public static long operations(int rounds) {
    return 2L * L * ACCUMULATORS * rounds;
  }

  /**
   * As many independent multiply-adds per round as hide the latency of one on any machine, all in registers.
   *
   * @param operands {@link #OPERANDS} floats; products below one keep the sums finite
   */
  public static float multiplyAdd(float[] operands, int rounds) {
    FloatVector x = FloatVector.fromArray(F, operands, 0);
    FloatVector y = FloatVector.fromArray(F, operands, L);
    FloatVector s0 = x;
    FloatVector s1 = x;
    FloatVector s2 = x;
    FloatVector s3 = x;
    FloatVector s4 = x;
    FloatVector s5 = x;
    FloatVector s6 = y;
    FloatVector s7 = y;
    FloatVector s8 = y;
    FloatVector s9 = y;
    FloatVector s10 = y;
    FloatVector s11 = y;
    for (int i = 0; i < rounds; i++) {
      s0 = x.fma(y, s0);
      s1 = x.fma(y, s1);
      s2 = x.fma(y, s2);
      s3 = x.fma(y, s3);
      s4 = x.fma(y, s4);
      s5 = x.fma(y, s5);
      s6 = x.fma(y, s6);
      s7 = x.fma(y, s7);
      s8 = x.fma(y, s8);
      s9 = x.fma(y, s9);
      s10 = x.fma(y, s10);
      s11 = x.fma(y, s11);
    }
    FloatVector low = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
    FloatVector high = s6.add(s7).add(s8).add(s9).add(s10).add(s11);
    return low.add(high).reduceLanes(VectorOperators.ADD);
  }
}

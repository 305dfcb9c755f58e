package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.tern.kernel.scalar.PlainMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Powers of two of vectors, with the bits of {@link PlainMath#exp2}.
 *
 * <p>Must be inlined, like {@link VectorMath}: call it from small loops only.
 */
final class Exp2 {
  private Exp2() {}

  /** 2ˣ. */
  static FloatVector of(FloatVector x) {
    FloatVector shifted = x.add(PlainMath.ROUND);
    FloatVector f = x.sub(shifted.sub(PlainMath.ROUND));
    FloatVector p = f.fma(FloatVector.broadcast(F, PlainMath.EXP2_C6), FloatVector.broadcast(F, PlainMath.EXP2_C5));
    p = p.fma(f, FloatVector.broadcast(F, PlainMath.EXP2_C4));
    p = p.fma(f, FloatVector.broadcast(F, PlainMath.EXP2_C3));
    p = p.fma(f, FloatVector.broadcast(F, PlainMath.EXP2_C2));
    p = p.fma(f, FloatVector.broadcast(F, PlainMath.EXP2_C1));
    p = p.fma(f, FloatVector.broadcast(F, 1));
    IntVector bits = shifted.reinterpretAsInts().lanewise(LSHL, 23).add(p.reinterpretAsInts());
    return bits.reinterpretAsFloats().blend(0, x.compare(LT, PlainMath.EXP2_MIN));
  }
}

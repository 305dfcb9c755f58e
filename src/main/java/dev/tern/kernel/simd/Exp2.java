package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Powers of two of vectors and, bit for bit the same, of single floats: 2ˣ = 2ⁿ·2ᶠ with n = round(x) and a polynomial
 * of degree 6 in f (minimax, found by reweighted least squares). Relative error at most 1e-7. Results below 2⁻¹²⁶ are
 * 0, beyond the range of floats infinite; NaN stays NaN.
 *
 * <p>The vector form must be inlined, like those of {@link VectorMath}: call it from small loops only.
 */
final class Exp2 {
  /** Adding it rounds to an integer, which then lies in the low bits. */
  static final float ROUND = 0x1.8p23f;

  /** Below, results are 0. */
  static final float MIN = -126;

  static final float C1 = 0x1.62e43p-1f;
  static final float C2 = 0x1.ebfbdcp-3f;
  static final float C3 = 0x1.c6aee8p-5f;
  static final float C4 = 0x1.3b2d4cp-7f;
  static final float C5 = 0x1.5f3e52p-10f;
  static final float C6 = 0x1.41fbbcp-13f;

  private Exp2() {}

  /** 2ˣ. */
  static FloatVector of(FloatVector x) {
    FloatVector shifted = x.add(ROUND);
    FloatVector f = x.sub(shifted.sub(ROUND));
    FloatVector p = f.fma(FloatVector.broadcast(F, C6), FloatVector.broadcast(F, C5));
    p = p.fma(f, FloatVector.broadcast(F, C4));
    p = p.fma(f, FloatVector.broadcast(F, C3));
    p = p.fma(f, FloatVector.broadcast(F, C2));
    p = p.fma(f, FloatVector.broadcast(F, C1));
    p = p.fma(f, FloatVector.broadcast(F, 1));
    IntVector bits = shifted.reinterpretAsInts().lanewise(LSHL, 23).add(p.reinterpretAsInts());
    return bits.reinterpretAsFloats().blend(0, x.compare(LT, MIN));
  }

  /** 2ˣ. */
  static float of(float x) {
    if (x < MIN) {
      return 0;
    }
    float shifted = x + ROUND;
    float f = x - (shifted - ROUND);
    float p = Math.fma(f, C6, C5);
    p = Math.fma(p, f, C4);
    p = Math.fma(p, f, C3);
    p = Math.fma(p, f, C2);
    p = Math.fma(p, f, C1);
    p = Math.fma(p, f, 1);
    return Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + Float.floatToRawIntBits(p));
  }
}

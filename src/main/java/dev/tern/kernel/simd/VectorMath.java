package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.tern.kernel.scalar.PlainMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * Functions of a vector. The polynomials are minimax fits made for this class; relative errors are of all of the
 * function, rounding included.
 *
 * <p>These take and return vectors, so they must be inlined: call them from small loops only (the compiler directives
 * of the library force it).
 */
final class VectorMath {
  /** Up to here tanh is a polynomial: the quotient of exponentials would cancel. */
  private static final float TANH_SMALL = 0.625f;

  private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(F, 8, 1, true);
  private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(F, 4, 1, true);
  private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(F, 2, 1, true);
  private static final VectorShuffle<Float> BY_1 = VectorShuffle.iota(F, 1, 1, true);

  private VectorMath() {}

  /**
   * The sum of all lanes, halves first. {@code reduceLanes} promises no order, and gives other bits interpreted than
   * compiled; so do the exponentials of {@code lanewise}, which is why this class has its own.
   */
  static float sum(FloatVector x) {
    FloatVector sum = x;
    if (L >= 16) {
      sum = sum.add(sum.rearrange(BY_8));
    }
    if (L >= 8) {
      sum = sum.add(sum.rearrange(BY_4));
    }
    sum = sum.add(sum.rearrange(BY_2));
    return sum.add(sum.rearrange(BY_1)).lane(0);
  }

  /** Looks up the lowest four bits of each lane in 16 values, of which vectors of eight lanes hold half each. */
  static ShortVector lookUp(ShortVector codes, ShortVector levels, ShortVector upper) {
    return L == 4 ? codes.selectFrom(levels, upper) : codes.selectFrom(levels);
  }

  /** e^x for x ≤ 0 (right up to 88): relative error ≤ 2e-7; 0 below −87.7; NaN stays NaN. */
  static FloatVector exp(FloatVector x) {
    FloatVector low = x.blend(PlainMath.EXP_LOW, x.compare(LT, PlainMath.EXP_LOW));
    FloatVector rounded =
        low.fma(FloatVector.broadcast(F, PlainMath.LOG2_E), FloatVector.broadcast(F, PlainMath.ROUND_EXPONENT));
    FloatVector power = rounded.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
    FloatVector n = rounded.sub(PlainMath.ROUND_EXPONENT);
    FloatVector r = n.fma(FloatVector.broadcast(F, -PlainMath.LN2_HIGH), low);
    r = n.fma(FloatVector.broadcast(F, -PlainMath.LN2_LOW), r);
    FloatVector q = r.fma(PlainMath.EXP_C6, PlainMath.EXP_C5);
    q = q.fma(r, FloatVector.broadcast(F, PlainMath.EXP_C4));
    q = q.fma(r, FloatVector.broadcast(F, PlainMath.EXP_C3));
    q = q.fma(r, FloatVector.broadcast(F, PlainMath.EXP_C2));
    return r.mul(r).fma(q, r).add(1f).mul(power);
  }

  /** 1 / (1 + e^−x): relative error ≤ 4e-7; 0 below −87.7. */
  static FloatVector sigmoid(FloatVector x) {
    FloatVector e = exp(x.abs().neg());
    return e.blend(1f, x.compare(GE, 0f)).div(e.add(1f));
  }

  /** Hyperbolic tangent: relative error ≤ 4e-7. */
  static FloatVector tanh(FloatVector x) {
    FloatVector size = x.abs();
    FloatVector e = exp(size.mul(-2f));
    FloatVector large = FloatVector.broadcast(F, 1f).sub(e).div(e.add(1f));
    FloatVector signed = large.blend(large.neg(), x.compare(LT, 0f));
    FloatVector z = x.mul(x);
    FloatVector q = z.fma(-0.005717045161873102f, 0.02065058797597885f);
    q = q.fma(z, FloatVector.broadcast(F, -0.05374349653720856f));
    q = q.fma(z, FloatVector.broadcast(F, 0.13331490755081177f));
    q = q.fma(z, FloatVector.broadcast(F, -0.3333328366279602f));
    FloatVector small = q.mul(z).fma(x, x);
    return signed.blend(small, size.compare(LT, TANH_SMALL));
  }

  /** ln(1 + e^x): relative error ≤ 4e-7; 0 below −87.7. */
  static FloatVector softplus(FloatVector x) {
    FloatVector e = exp(x.abs().neg());
    FloatVector q = e.fma(-0.0032440247014164925f, 0.019851461052894592f);
    q = q.fma(e, FloatVector.broadcast(F, -0.05695953220129013f));
    q = q.fma(e, FloatVector.broadcast(F, 0.10603654384613037f));
    q = q.fma(e, FloatVector.broadcast(F, -0.15305592119693756f));
    q = q.fma(e, FloatVector.broadcast(F, 0.1967593878507614f));
    q = q.fma(e, FloatVector.broadcast(F, -0.24954134225845337f));
    q = q.fma(e, FloatVector.broadcast(F, 0.3332996368408203f));
    q = q.fma(e, FloatVector.broadcast(F, -0.4999990165233612f));
    q = q.fma(e, FloatVector.broadcast(F, 1f));
    FloatVector positive = x.blend(0f, x.compare(LT, 0f));
    return q.fma(e, positive);
  }

  /**
   * Distribution function Φ of the standard normal distribution: absolute error ≤ 2e-7. Φ(−t) = e^(−t²/2) · R(t), with
   * R as a polynomial of 1 / (1 + 0.3 t).
   */
  static FloatVector normal(FloatVector x) {
    FloatVector size = x.abs();
    FloatVector u = FloatVector.broadcast(F, 1f).div(size.fma(0.3f, 1f));
    FloatVector q = u.fma(0.038378290832042694f, -0.16916611790657043f);
    q = q.fma(u, FloatVector.broadcast(F, 0.22866007685661316f));
    q = q.fma(u, FloatVector.broadcast(F, -0.07650648057460785f));
    q = q.fma(u, FloatVector.broadcast(F, 0.1425355225801468f));
    q = q.fma(u, FloatVector.broadcast(F, 0.09468352049589157f));
    q = q.fma(u, FloatVector.broadcast(F, 0.12192033976316452f));
    q = q.fma(u, FloatVector.broadcast(F, 0.1194876879453659f));
    q = q.fma(u, FloatVector.broadcast(F, 7.168875981733436e-6f));
    FloatVector tail = q.mul(exp(size.mul(size).mul(-0.5f)));
    return tail.blend(FloatVector.broadcast(F, 1f).sub(tail), x.compare(GE, 0f));
  }
}

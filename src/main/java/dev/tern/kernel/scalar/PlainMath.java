package dev.tern.kernel.scalar;

/**
 * Functions of one float with the very steps, and so the bits, of their vector forms, which take their constants from
 * here. The polynomials are minimax fits made for this class.
 */
public final class PlainMath {
  /** Adding it rounds a float to an integer, which then lies in the low bits. */
  public static final float ROUND = 0x1.8p23f;

  /** Below, {@link #exp2} is 0. */
  public static final float EXP2_MIN = -126;

  public static final float EXP2_C1 = 0x1.62e43p-1f;
  public static final float EXP2_C2 = 0x1.ebfbdcp-3f;
  public static final float EXP2_C3 = 0x1.c6aee8p-5f;
  public static final float EXP2_C4 = 0x1.3b2d4cp-7f;
  public static final float EXP2_C5 = 0x1.5f3e52p-10f;
  public static final float EXP2_C6 = 0x1.41fbbcp-13f;

  public static final float LOG2_E = 1.44269504088896341f;

  /** ln 2 in two parts; the first has few bits, so that whole multiples of it are exact. */
  public static final float LN2_HIGH = 0x1.62e4p-1f;

  public static final float LN2_LOW = (float) (0.693147180559945309417 - 0x1.62e4p-1);

  /** {@link #ROUND} with the bias of an exponent. */
  public static final float ROUND_EXPONENT = ROUND + 127;

  /** Below, e^x is less than the smallest normal float and taken as 0. */
  public static final float EXP_LOW = -88f;

  public static final float EXP_C2 = 0.4999999403953552f;
  public static final float EXP_C3 = 0.1666652113199234f;
  public static final float EXP_C4 = 0.04166838899254799f;
  public static final float EXP_C5 = 0.008368716575205326f;
  public static final float EXP_C6 = 0.001381459878757596f;

  /** Masks a half float shifted into place as a float that is 2⁻¹¹² of its value. */
  public static final int HALF_MASK = 0x8fffe000;

  /** Activations that vanish at minus infinity do so long before this. */
  public static final float VANISHED = -1000f;

  private PlainMath() {}

  /**
   * 2ˣ = 2ⁿ·2ᶠ with n = round(x) and a polynomial of degree 6 in f. Relative error at most 1e-7. Results below 2⁻¹²⁶
   * are 0, beyond the range of floats infinite; NaN stays NaN.
   */
  public static float exp2(float x) {
    if (x < EXP2_MIN) {
      return 0;
    }
    float shifted = x + ROUND;
    float f = x - (shifted - ROUND);
    float p = Math.fma(f, EXP2_C6, EXP2_C5);
    p = Math.fma(p, f, EXP2_C4);
    p = Math.fma(p, f, EXP2_C3);
    p = Math.fma(p, f, EXP2_C2);
    p = Math.fma(p, f, EXP2_C1);
    p = Math.fma(p, f, 1);
    return Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + Float.floatToRawIntBits(p));
  }

  /** e^x for x ≤ 0 (right up to 88): relative error ≤ 2e-7; 0 below −87.7; NaN stays NaN. */
  private static float exp(float x) {
    float low = x < EXP_LOW ? EXP_LOW : x;
    float rounded = Math.fma(low, LOG2_E, ROUND_EXPONENT);
    float power = Float.intBitsToFloat(Float.floatToRawIntBits(rounded) << 23);
    float n = rounded - ROUND_EXPONENT;
    float r = Math.fma(n, -LN2_HIGH, low);
    r = Math.fma(n, -LN2_LOW, r);
    float q = Math.fma(r, EXP_C6, EXP_C5);
    q = Math.fma(q, r, EXP_C4);
    q = Math.fma(q, r, EXP_C3);
    q = Math.fma(q, r, EXP_C2);
    return (Math.fma(r * r, q, r) + 1) * power;
  }

  /** 1 / (1 + e^−x): relative error ≤ 4e-7; 0 below −87.7. */
  private static float sigmoid(float x) {
    float e = exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (e + 1);
  }

  /** x / (1 + e^−x). */
  public static float silu(float x) {
    return sigmoid(x) * (x < VANISHED ? VANISHED : x);
  }
}

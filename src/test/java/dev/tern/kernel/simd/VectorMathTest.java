package dev.tern.kernel.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** Holds the functions to the errors that their comments state, against StrictMath in double. */
class VectorMathTest {
  /** Where a function is about e^−88 it may be 0 instead. */
  private static final double VANISHING = 1.2e-38;

  @Test
  void exp() {
    within(2e-7, VectorMath::exp, StrictMath::exp, -100, 88);
  }

  @Test
  void sigmoid() {
    within(4e-7, VectorMath::sigmoid, x -> 1 / (1 + StrictMath.exp(-x)), -100, 100);
  }

  @Test
  void tanh() {
    within(4e-7, VectorMath::tanh, StrictMath::tanh, -100, 100);
  }

  @Test
  void softplus() {
    within(4e-7, VectorMath::softplus, x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x))), -100, 100);
  }

  @Test
  void sumsAreTheSameInterpretedAndCompiled() {
    float[] values = new float[Lanes.L];
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
      assertEquals(halves(values), VectorMath.sum(FloatVector.fromArray(Lanes.F, values, 0)));
    }
  }

  private static float halves(float[] values) {
    float[] sums = values.clone();
    for (int half = sums.length / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        sums[i] += sums[i + half];
      }
    }
    return sums[0];
  }

  @Test
  void specialValues() {
    float inf = Float.POSITIVE_INFINITY;
    float nan = Float.NaN;
    float payload = Float.intBitsToFloat(0x7fc12345);
    List<UnaryOperator<FloatVector>> functions =
        List.of(VectorMath::exp, VectorMath::sigmoid, VectorMath::tanh, VectorMath::softplus, VectorMath::normal);
    for (UnaryOperator<FloatVector> f : functions) {
      assertTrue(Float.isNaN(value(f, nan)) && Float.isNaN(value(f, payload)));
    }
    assertEquals(0, value(VectorMath::exp, -inf));
    assertEquals(1, value(VectorMath::exp, 0));
    assertEquals(1, value(VectorMath::exp, -Float.MIN_VALUE));
    assertEquals(0, value(VectorMath::sigmoid, -inf));
    assertEquals(1, value(VectorMath::sigmoid, inf));
    assertEquals(-1, value(VectorMath::tanh, -inf));
    assertEquals(1, value(VectorMath::tanh, inf));
    assertEquals(0, value(VectorMath::softplus, -inf));
    assertEquals(inf, value(VectorMath::softplus, inf));
    assertEquals(0, value(VectorMath::normal, -inf));
    assertEquals(1, value(VectorMath::normal, inf));
    assertEquals(0.5f, value(VectorMath::normal, Float.MIN_VALUE), 2e-7f);
  }

  /** Evenly over the range, and over all magnitudes down to denormals. */
  private static void within(
      double error, UnaryOperator<FloatVector> f, DoubleUnaryOperator exact, float from, float to) {
    int count = 1 << 15;
    for (int i = 0; i < count; i++) {
      check(error, f, exact, from + (to - from) * i / count);
      float tiny = Float.intBitsToFloat(i << 15); // up to 2
      check(error, f, exact, -tiny);
      check(error, f, exact, tiny);
    }
  }

  private static void check(double error, UnaryOperator<FloatVector> f, DoubleUnaryOperator exact, float x) {
    double expected = exact.applyAsDouble(x);
    assertEquals(expected, value(f, x), Math.abs(expected) * error + VANISHING, "f(" + x + ")");
  }

  private static float value(UnaryOperator<FloatVector> f, float x) {
    return f.apply(FloatVector.broadcast(Lanes.F, x)).lane(Lanes.L - 1);
  }
}

package dev.tern.kernel.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.kernel.Activation;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScalarActivationTest {
  /** Arguments and values of x·Φ(x), from Python's math.erfc. */
  private static final double[][] GELU = {
    {-10, -7.619853024160593e-23},
    {-5.5, -1.0444259356238256e-07},
    {-3.625, -0.0005237426313194801},
    {-3.5, -0.0008142017766243376},
    {-2, -0.04550026389635844},
    {-1, -0.15865525393145707},
    {-0.5, -0.15426876936299344},
    {1e-30, 5e-31},
    {0.25, 0.14967658142073093},
    {1, 0.8413447460685429},
    {3, 2.99595030590511},
    {3.5, 3.4991857982233756},
    {4, 3.9998733150326675},
    {8, 7.999999999999995},
  };

  @Test
  void geluIsExact() {
    for (double[] pair : GELU) {
      float value = ScalarActivation.apply(Activation.GELU, (float) pair[0]);
      assertEquals(pair[1], value, Math.abs(pair[1]) * 1e-7, "gelu(" + pair[0] + ")");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Activation.class,
      names = {"SILU", "GELU_TANH", "SIGMOID", "TANH", "SOFTPLUS", "RELU", "RELU_SQUARED", "IDENTITY"})
  void agreesWithItsDefinition(Activation activation) {
    for (double x = -30; x <= 30; x += 0.37) {
      float argument = (float) x;
      double expected = definition(activation).applyAsDouble(argument);
      double actual = ScalarActivation.apply(activation, argument);
      assertEquals(expected, actual, Math.abs(expected) * 1e-7 + 1e-14, activation + "(" + argument + ")");
    }
  }

  private static DoubleUnaryOperator definition(Activation activation) {
    return switch (activation) {
      case SILU -> x -> x / (1 + StrictMath.exp(-x));
      case GELU_TANH ->
          x -> x / 2 * (1 + StrictMath.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * StrictMath.pow(x, 3))));
      case SIGMOID -> x -> 1 / (1 + StrictMath.exp(-x));
      case TANH -> StrictMath::tanh;
      case SOFTPLUS -> x -> StrictMath.log1p(StrictMath.exp(x));
      case RELU -> x -> Math.max(x, 0);
      case RELU_SQUARED -> x -> Math.max(x, 0) * Math.max(x, 0);
      case IDENTITY -> x -> x;
      case GELU -> throw new AssertionError("has its own table");
    };
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void atInfinityTheLimitsAndNanStaysNan(Activation activation) {
    double high = activation == Activation.SIGMOID || activation == Activation.TANH ? 1 : Double.POSITIVE_INFINITY;
    double low =
        switch (activation) {
          case TANH -> -1;
          case IDENTITY -> Double.NEGATIVE_INFINITY;
          default -> 0;
        };
    assertEquals(high, ScalarActivation.apply(activation, Float.POSITIVE_INFINITY));
    assertEquals(low, ScalarActivation.apply(activation, Float.NEGATIVE_INFINITY), 0);
    assertTrue(Float.isNaN(ScalarActivation.apply(activation, Float.NaN)));
  }
}

package dev.tern.study.laws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BfgsTest {
  @Test
  void findsTheBottomOfRosenbrocksValley() {
    Bfgs.Minimum found =
        Bfgs.minimize(
            (x, gradient) -> {
              double a = 1 - x[0];
              double b = x[1] - x[0] * x[0];
              gradient[0] = -2 * a - 400 * x[0] * b;
              gradient[1] = 200 * b;
              return a * a + 100 * b * b;
            },
            new double[] {-1.2, 1});
    assertArrayEquals(new double[] {1, 1}, found.point(), 1e-7);
    assertEquals(0, found.value(), 1e-14);
  }

  @Test
  void findsTheCornerOfAFunctionWithKinks() {
    Bfgs.Minimum found =
        Bfgs.minimize(
            (x, gradient) -> {
              gradient[0] = Math.signum(x[0] - 3) + 0.1 * Math.signum(x[0] + x[1]);
              gradient[1] = 10 * Math.signum(x[1] + 2) + 0.1 * Math.signum(x[0] + x[1]);
              return Math.abs(x[0] - 3) + 10 * Math.abs(x[1] + 2) + 0.1 * Math.abs(x[0] + x[1]);
            },
            new double[] {-7, 11});
    assertArrayEquals(new double[] {3, -2}, found.point(), 1e-5);
  }

  @Test
  void staysAtAMinimumAndEndsWhereThereIsNone() {
    Bfgs.Objective bowl =
        (x, gradient) -> {
          gradient[0] = 2 * x[0];
          return x[0] * x[0];
        };
    assertEquals(0, Bfgs.minimize(bowl, new double[] {0}).point()[0]);
    Bfgs.Objective undefined =
        (x, gradient) -> {
          gradient[0] = 1;
          return x[0] < 5 ? Double.NaN : x[0];
        };
    assertEquals(5, Bfgs.minimize(undefined, new double[] {6}).point()[0], 1e-6);
  }
}

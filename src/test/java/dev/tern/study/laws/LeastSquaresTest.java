package dev.tern.study.laws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LeastSquaresTest {
  @Test
  void aParabolaThroughItsPoints() {
    double[] x = {-2, -1, 0.5, 3, 4};
    double[] squares = {4, 1, 0.25, 9, 16};
    double[] y = new double[x.length];
    java.util.Arrays.setAll(y, i -> 7 - 3 * x[i] + 0.5 * squares[i]);
    double[] found = LeastSquares.fit(new double[][] {LeastSquares.ones(5), x, squares}, y, null);
    assertArrayEquals(new double[] {7, -3, 0.5}, found, 1e-12);
  }

  /** Of a constant the weighted fit is the weighted mean. */
  @Test
  void weightsCount() {
    double[] found = LeastSquares.fit(new double[][] {{1, 1, 1}}, new double[] {1, 2, 6}, new double[] {1, 2, 5});
    assertEquals(35 / 8.0, found[0], 1e-14);
  }

  @Test
  void dependentColumnsDetermineNothing() {
    double[] found = LeastSquares.fit(new double[][] {{1, 1, 1}, {2, 2, 2}}, new double[] {1, 2, 3}, null);
    assertTrue(Double.isNaN(found[0]) && Double.isNaN(found[1]));
    assertTrue(Double.isNaN(LeastSquares.fit(new double[][] {{1}, {2}}, new double[] {1}, null)[0]));
  }

  @Test
  void goldenSectionsFindTheLowestPoint() {
    assertEquals(2, LeastSquares.minimum(x -> (x - 2) * (x - 2), -10, 3), 1e-7);
    assertEquals(3, LeastSquares.minimum(x -> -x, -10, 3), 1e-9);
  }

  @Test
  void powerLaws() {
    double[] x = {1, 10, 1e5, 1e9};
    double[] y = new double[x.length];
    java.util.Arrays.setAll(y, i -> 3 * Math.pow(x[i], -0.25));
    PowerLaw law = PowerLaw.fit(x, y);
    assertEquals(3, law.coefficient(), 1e-12);
    assertEquals(-0.25, law.exponent(), 1e-14);
    assertEquals(0.3, law.at(1e4), 1e-12);
  }
}

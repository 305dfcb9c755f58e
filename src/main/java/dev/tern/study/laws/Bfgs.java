package dev.tern.study.laws;

import java.util.Arrays;

/**
 * Minimizes functions of a few variables by the method of Broyden, Fletcher, Goldfarb and Shanno with a dense inverse
 * Hessian. The line search ends at a point that satisfies the weak Wolfe conditions, found by bisection: unlike
 * interpolation this also works where the gradient jumps (Lewis and Overton, Nonsmooth optimization via quasi-Newton
 * methods, 2013), as it does for least absolute deviations.
 */
final class Bfgs {
  private static final int MAX_ITERATIONS = 500;
  private static final int MAX_BISECTIONS = 60;
  private static final double DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final double FLAT = 1e-10;
  private static final double STUCK = 1e-15;

  /** What is minimized. */
  interface Objective {
    /** The value at a point; the gradient is written to the second argument. */
    double evaluate(double[] point, double[] gradient);
  }

  /** Where the search ended. */
  record Minimum(double[] point, double value) {}

  private final Objective objective;
  private final double[][] inverse;
  private double[] point;
  private double[] gradient;
  private double value;

  private Bfgs(Objective objective, double[] start) {
    int size = start.length;
    this.objective = objective;
    point = start.clone();
    gradient = new double[size];
    value = objective.evaluate(point, gradient);
    inverse = new double[size][size];
    resetInverse();
  }

  /** Searches downhill from a start until the gradient vanishes or no step goes lower. */
  static Minimum minimize(Objective objective, double[] start) {
    Bfgs search = new Bfgs(objective, start);
    boolean fresh = true;
    for (int i = 0; i < MAX_ITERATIONS && norm(search.gradient) > FLAT; i++) {
      boolean moved = search.step();
      if (!moved && fresh) {
        break;
      }
      if (!moved) {
        search.resetInverse();
      }
      fresh = !moved;
    }
    return new Minimum(search.point, search.value);
  }

  private void resetInverse() {
    for (int i = 0; i < inverse.length; i++) {
      Arrays.fill(inverse[i], 0);
      inverse[i][i] = 1;
    }
  }

  /** One quasi-Newton step; false where no lower point was found along its direction. */
  private boolean step() {
    double[] direction = new double[point.length];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = -dot(inverse[i], gradient);
    }
    double slope = dot(direction, gradient);
    if (!(slope < 0)) {
      return false;
    }
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double length = 1;
    double[] next = new double[point.length];
    double[] nextGradient = new double[point.length];
    for (int i = 0; i < MAX_BISECTIONS; i++) {
      double nextValue = evaluateAlong(direction, length, next, nextGradient);
      if (!(nextValue <= value + DECREASE * length * slope)) {
        high = length;
      } else if (dot(direction, nextGradient) < CURVATURE * slope) {
        low = length;
      } else {
        return accept(next, nextGradient, nextValue);
      }
      length = Double.isInfinite(high) ? 2 * low : (low + high) / 2;
    }
    // At the edge of where the objective is defined the slope never flattens: as far as it went is lower, too.
    return low > 0 && accept(next, nextGradient, evaluateAlong(direction, low, next, nextGradient));
  }

  private double evaluateAlong(double[] direction, double length, double[] next, double[] nextGradient) {
    for (int i = 0; i < next.length; i++) {
      next[i] = point[i] + length * direction[i];
    }
    return objective.evaluate(next, nextGradient);
  }

  private boolean accept(double[] next, double[] nextGradient, double nextValue) {
    boolean lower = value - nextValue > STUCK * Math.abs(value);
    double[] moved = difference(next, point);
    double[] turned = difference(nextGradient, gradient);
    point = next.clone();
    gradient = nextGradient.clone();
    value = nextValue;
    update(moved, turned);
    return lower;
  }

  /** H ← (I − ρsyᵀ)H(I − ρysᵀ) + ρssᵀ with ρ = 1/yᵀs. */
  private void update(double[] s, double[] y) {
    double curvature = dot(s, y);
    if (!(curvature > 0)) {
      return;
    }
    double[] hy = new double[s.length];
    for (int i = 0; i < hy.length; i++) {
      hy[i] = dot(inverse[i], y);
    }
    double scale = (1 + dot(y, hy) / curvature) / curvature;
    for (int i = 0; i < s.length; i++) {
      for (int j = 0; j < s.length; j++) {
        inverse[i][j] += scale * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / curvature;
      }
    }
  }

  private static double[] difference(double[] a, double[] b) {
    double[] result = new double[a.length];
    Arrays.setAll(result, i -> a[i] - b[i]);
    return result;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }
}

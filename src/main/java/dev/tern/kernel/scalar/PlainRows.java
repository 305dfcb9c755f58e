package dev.tern.kernel.scalar;

/**
 * Arithmetic of rows in plain loops with the rounding of the vector loops: what is left of a row behind its last whole
 * vector, and all of it in the first moments of a program.
 */
public final class PlainRows {
  private PlainRows() {}

  /** {@code out = factor · x ⊙ weight}, weights from {@code weightAt}. */
  public static void scale(float[] x, float factor, float[] weight, int weightAt, float[] out, int at, int width) {
    for (int i = 0; i < width; i++) {
      out[at + i] = x[at + i] * factor * weight[weightAt + i];
    }
  }

  /** {@code out = factor · x}. */
  public static void scale(float[] x, float factor, float[] out, int at, int width) {
    for (int i = at; i < at + width; i++) {
      out[i] = x[i] * factor;
    }
  }

  /** {@code x += factor · y}, y from {@code yAt}. */
  public static void add(float[] x, float[] y, int yAt, float factor, int at, int width) {
    for (int i = 0; i < width; i++) {
      x[at + i] = Math.fma(y[yAt + i], factor, x[at + i]);
    }
  }

  /** {@code out = silu(in) ⊙ up}, up may be null. */
  public static void silu(float[] in, float[] up, float[] out, int at, int to) {
    for (int i = at; i < to; i++) {
      float y = PlainMath.silu(in[i]);
      out[i] = up == null ? y : y * up[i];
    }
  }

  /**
   * Rotates the pairs (i, i + pairs) from {@code from} on by angles given as {@code pairs} cosines and as many sines.
   */
  public static void rotateHalves(float[] x, int at, float[] angles, int angle, int pairs, int from) {
    for (int i = from; i < pairs; i++) {
      ScalarVector.rotate(x, at + i, at + pairs + i, angles, angle + i, pairs);
    }
  }

  /** The same for the pairs (2i, 2i + 1). */
  public static void rotateNeighbours(float[] x, int at, float[] angles, int angle, int pairs, int from) {
    for (int i = from; i < pairs; i++) {
      ScalarVector.rotate(x, at + 2 * i, at + 2 * i + 1, angles, angle + i, pairs);
    }
  }

  /**
   * Sum of squares of {@code width} values, a multiple of {@code 4 · lanes}, in the order of four vectors of sums: each
   * lane by itself, then the four of a lane, then halves of the lanes.
   */
  public static float sumOfSquares(float[] x, int at, int width, int lanes) {
    return new Squares(x, at, at + width, lanes).ofLanes(0, 1);
  }

  private record Squares(float[] x, int at, int to, int lanes) {
    /** Of the lanes {@code lane}, {@code lane + step} … */
    float ofLanes(int lane, int step) {
      return step == lanes ? ofLane(lane) : ofLanes(lane, 2 * step) + ofLanes(lane + step, 2 * step);
    }

    private float ofLane(int lane) {
      return chain(lane) + chain(lane + lanes) + (chain(lane + 2 * lanes) + chain(lane + 3 * lanes));
    }

    private float chain(int from) {
      float sum = 0;
      for (int i = at + from; i < to; i += 4 * lanes) {
        sum = Math.fma(x[i], x[i], sum);
      }
      return sum;
    }
  }
}

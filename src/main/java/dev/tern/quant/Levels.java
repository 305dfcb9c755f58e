package dev.tern.quant;

/**
 * The levels that the codes of a format stand for before they are scaled, and the search for the scale of a group of
 * values. The nearest level is looked up by half steps: all midpoints between neighbouring levels are multiples of 1/2.
 */
final class Levels {
  private static final int MAX_REFINEMENTS = 4;

  private final float bias;
  private final float[] levels;
  private final byte[] codes;

  private Levels(float[] byCode, float lowest, float highest) {
    // The first step is [lowest - 1/2, lowest), the last one [highest, highest + 1/2).
    bias = 1 - 2 * lowest;
    levels = new float[(int) (2 * (highest - lowest)) + 2];
    codes = new byte[levels.length];
    for (int step = 0; step < levels.length; step++) {
      int code = nearest(byCode, (step + 0.5f - bias) / 2);
      codes[step] = (byte) code;
      levels[step] = byCode[code];
    }
  }

  /** The levels {@code lowest, lowest + 1, …, highest} with the codes 0, 1, … */
  static Levels uniform(int lowest, int highest) {
    float[] byCode = new float[highest - lowest + 1];
    for (int code = 0; code < byCode.length; code++) {
      byCode[code] = lowest + code;
    }
    return new Levels(byCode, lowest, highest);
  }

  /** The level of each code; of equal ones the first is used. */
  static Levels of(float[] byCode) {
    float lowest = byCode[0];
    float highest = byCode[0];
    for (float level : byCode) {
      lowest = Math.min(lowest, level);
      highest = Math.max(highest, level);
    }
    return new Levels(byCode, lowest, highest);
  }

  private static int nearest(float[] byCode, float value) {
    int best = 0;
    for (int code = 1; code < byCode.length; code++) {
      if (Math.abs(byCode[code] - value) < Math.abs(byCode[best] - value)) {
        best = code;
      }
    }
    return best;
  }

  /**
   * The scale with a small weighted squared error of {@code n} values from {@code from} on: the best of those that
   * bring the value of largest magnitude to one of {@code images}, improved by turns of least squares and rounding.
   */
  float fit(Block block, int from, int n, float[] images) {
    float extreme = extreme(block.x, from, n);
    if (extreme == 0) {
      return 0;
    }
    Sums best = new Sums(0, 0);
    for (float image : images) {
      best = best.better(sums(block, from, n, image / extreme));
    }
    for (int i = 0; i < MAX_REFINEMENTS; i++) {
      Sums next = best.better(sums(block, from, n, inverse(best.scale())));
      if (next == best) {
        break;
      }
      best = next;
    }
    return best.scale();
  }

  private static float extreme(float[] x, int from, int n) {
    float extreme = 0;
    for (int i = from; i < from + n; i++) {
      extreme = Math.abs(x[i]) > Math.abs(extreme) ? x[i] : extreme;
    }
    return extreme;
  }

  /** What least squares need when the values times {@code inverse} are rounded. */
  Sums sums(Block block, int from, int n, float inverse) {
    float[] x = block.x;
    float[] w = block.w;
    float[] table = levels;
    float steps = 2 * inverse;
    float xq = 0;
    float qq = 0;
    for (int i = from; i < from + n; i++) {
      float q = table[Math.clamp((int) (x[i] * steps + bias), 0, table.length - 1)];
      float wq = w[i] * q;
      xq += wq * x[i];
      qq += wq * q;
    }
    return new Sums(xq, qq);
  }

  /** The weighted squared error at a scale. */
  float error(Block block, int from, int n, float scale) {
    float[] x = block.x;
    float[] w = block.w;
    float[] table = levels;
    float steps = 2 * inverse(scale);
    float sum = 0;
    for (int i = from; i < from + n; i++) {
      float q = table[Math.clamp((int) (x[i] * steps + bias), 0, table.length - 1)];
      float error = x[i] - scale * q;
      sum += w[i] * error * error;
    }
    return sum;
  }

  /** Sets the codes at a scale. */
  void assign(Block block, int from, int n, float scale) {
    float steps = 2 * inverse(scale);
    for (int i = from; i < from + n; i++) {
      block.codes[i] = codes[Math.clamp((int) (block.x[i] * steps + bias), 0, codes.length - 1)];
    }
  }

  /** One over a scale, or 0 if there is no such float. */
  static float inverse(float scale) {
    float inverse = 1 / scale;
    return Float.isFinite(inverse) ? inverse : 0;
  }

  /**
   * Sums over weighted values x and their levels q.
   *
   * @param xq Σ w x q
   * @param qq Σ w q²
   */
  record Sums(float xq, float qq) {
    /** The scale with the least error for these levels. */
    float scale() {
      return qq > 0 ? xq / qq : 0;
    }

    /** Whichever leaves less error: Σ w x² is reduced by (Σ w x q)² / Σ w q². */
    Sums better(Sums other) {
      return (double) other.xq * other.xq * qq > (double) xq * xq * other.qq || qq == 0 ? other : this;
    }
  }
}

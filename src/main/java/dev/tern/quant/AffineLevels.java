package dev.tern.quant;

/**
 * The codes 0 to {@code top} as {@code scale q + offset}, and the search for scale and offset of a group of values.
 *
 * @param top the highest code
 * @param signed whether offsets may be positive
 */
record AffineLevels(int top, boolean signed) {
  /**
   * How far, in steps between levels, a search starts from the outermost values with the outermost levels. Inwards a
   * little more, to the benefit of the values between them.
   */
  private static final float[] INSETS = {-0.6f, -0.25f, 0.1f, 0.45f, 0.8f};

  private static final int MAX_REFINEMENTS = 4;

  /** A scale and an offset with a small weighted squared error of {@code n} values from {@code from} on. */
  Affine fit(Block block, int from, int n) {
    float lowest = signed ? Float.POSITIVE_INFINITY : 0;
    float highest = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + n; i++) {
      lowest = Math.min(lowest, block.x[i]);
      highest = Math.max(highest, block.x[i]);
    }
    if (lowest >= highest) {
      return new Affine(0, lowest, 0);
    }
    Affine best = new Affine(0, 0, 0);
    float step = (highest - lowest) / top;
    for (float below : INSETS) {
      float offset = signed ? lowest + below * step : Math.min(lowest + below * step, 0);
      for (float above : INSETS) {
        float scale = (highest - above * step - offset) / top;
        best = best.better(sums(block, from, n, scale, offset).solve(signed));
      }
    }
    return refine(block, from, n, best);
  }

  /** Turns of rounding and least squares, until they do not help. */
  private Affine refine(Block block, int from, int n, Affine start) {
    Affine best = start;
    for (int i = 0; i < MAX_REFINEMENTS; i++) {
      Affine next = best.better(sums(block, from, n, best.scale(), best.offset()).solve(signed));
      if (next == best) {
        break;
      }
      best = next;
    }
    return best;
  }

  /** What least squares need when values are rounded at a scale and an offset. */
  Sums sums(Block block, int from, int n, float scale, float offset) {
    float[] x = block.x;
    float[] w = block.w;
    float inverse = inverse(scale);
    float bias = 0.5f - offset * inverse;
    float sumW = 0;
    float sumX = 0;
    float sumQ = 0;
    float sumXq = 0;
    float sumQq = 0;
    for (int i = from; i < from + n; i++) {
      float q = Math.clamp((int) (x[i] * inverse + bias), 0, top);
      float wx = w[i] * x[i];
      float wq = w[i] * q;
      sumW += w[i];
      sumX += wx;
      sumQ += wq;
      sumXq += wx * q;
      sumQq += wq * q;
    }
    return new Sums(sumW, sumX, sumQ, sumXq, sumQq);
  }

  /** Sets the codes at a scale and an offset. */
  void assign(Block block, int from, int n, float scale, float offset) {
    float inverse = inverse(scale);
    float bias = 0.5f - offset * inverse;
    for (int i = from; i < from + n; i++) {
      block.codes[i] = (byte) Math.clamp((int) (block.x[i] * inverse + bias), 0, top);
    }
  }

  private static float inverse(float scale) {
    float inverse = 1 / scale;
    return Float.isFinite(inverse) ? inverse : 0;
  }

  /**
   * A scale and an offset.
   *
   * @param excess the weighted squared error less Σ w x²
   */
  record Affine(float scale, float offset, double excess) {
    Affine better(Affine other) {
      return other.excess < excess ? other : this;
    }
  }

  /** Sums over weights w, values x and codes q: Σ w, Σ w x, Σ w q, Σ w x q, Σ w q². */
  record Sums(double w, double x, double q, double xq, double qq) {
    /** The weighted squared error less Σ w x². */
    double excess(double scale, double offset) {
      return scale * (scale * qq + 2 * (offset * q - xq)) + offset * (offset * w - 2 * x);
    }

    /** The scale and the offset with the least error for these codes. */
    Affine solve(boolean signed) {
      double determinant = w * qq - q * q;
      if (determinant > 1e-6 * w * qq) {
        double scale = (w * xq - x * q) / determinant;
        double offset = (qq * x - q * xq) / determinant;
        if (signed || offset <= 0) {
          return new Affine((float) scale, (float) offset, -scale * xq - offset * x);
        }
      }
      return scaleOnly().better(offsetOnly(signed));
    }

    private Affine scaleOnly() {
      double scale = qq > 0 ? Math.max(xq / qq, 0) : 0;
      return new Affine((float) scale, 0, excess(scale, 0));
    }

    private Affine offsetOnly(boolean signed) {
      double offset = signed ? x / w : Math.min(x / w, 0);
      return new Affine(0, (float) offset, excess(0, offset));
    }
  }
}

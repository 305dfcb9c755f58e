package dev.tern.quant;

/** Where a search for a scale tries to put the value of largest magnitude. */
final class Images {
  /** Inwards a little, and further outwards: there the largest value is clipped to the benefit of all others. */
  private static final float LEAST = 0.87f;

  private static final float MOST = 1.25f;

  private Images() {}

  /** {@code n} places around each of the two outermost levels. */
  static float[] around(float lowest, float highest, int n) {
    float[] images = new float[2 * n];
    for (int i = 0; i < n; i++) {
      float factor = LEAST + (MOST - LEAST) * i / (n - 1);
      images[i] = lowest * factor;
      images[n + i] = highest * factor;
    }
    return images;
  }

  /** {@code n} places at equal distances. */
  static float[] between(float first, float last, int n) {
    float[] images = new float[n];
    for (int i = 0; i < n; i++) {
      images[i] = first + (last - first) * i / (n - 1);
    }
    return images;
  }

  /** {@code n} places from 1 outwards in geometric progression. */
  static float[] outwards(float factor, int n) {
    float[] images = new float[n];
    images[0] = 1;
    for (int i = 1; i < n; i++) {
      images[i] = images[i - 1] * factor;
    }
    return images;
  }
}

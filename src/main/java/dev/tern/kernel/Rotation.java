package dev.tern.kernel;

/**
 * An orthogonal matrix that spreads outliers over a vector before it is quantized: random signs, then a Hadamard
 * transform over the largest power of two that divides the width, crossed with a Hartley transform over the rest.
 * Scores do not change when query and key are both rotated (QuaRot, arXiv 2404.00456).
 */
final class Rotation {
  private final int width;
  private final int block;
  private final float[] signs;
  private final float[] hartley;
  private final float scale;

  Rotation(int width) {
    this.width = width;
    this.block = Integer.lowestOneBit(width);
    this.scale = (float) (1 / Math.sqrt(block));
    this.signs = signs(width);
    this.hartley = hartley(width / block);
  }

  private static float[] signs(int width) {
    float[] signs = new float[width];
    for (int i = 0; i < width; i++) {
      int hash = (i + 1) * 0x9E3779B1;
      signs[i] = Integer.bitCount(hash & 0x5bd1e995) % 2 == 0 ? 1 : -1;
    }
    return signs;
  }

  /** cas(2πij/m)/√m: symmetric and its own inverse. */
  private static float[] hartley(int m) {
    float[] matrix = new float[m * m];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        double angle = 2 * Math.PI * (i * j % m) / m;
        matrix[i * m + j] = (float) ((Math.cos(angle) + Math.sin(angle)) / Math.sqrt(m));
      }
    }
    return matrix;
  }

  /** Rotates {@code x[at … at + width]} in place; {@code scratch} holds at least width values. */
  void apply(float[] x, int at, float[] scratch) {
    for (int i = 0; i < width; i++) {
      x[at + i] *= signs[i];
    }
    transform(x, at, scratch);
  }

  /** Undoes {@link #apply}. */
  void undo(float[] x, int at, float[] scratch) {
    transform(x, at, scratch);
    for (int i = 0; i < width; i++) {
      x[at + i] *= signs[i];
    }
  }

  private void transform(float[] x, int at, float[] scratch) {
    for (int half = 1; half < block; half *= 2) {
      for (int i = 0; i < width; i += 2 * half) {
        butterflies(x, at + i, half);
      }
    }
    if (block == width) {
      for (int i = 0; i < width; i++) {
        x[at + i] *= scale;
      }
    } else {
      mixBlocks(x, at, scratch);
    }
  }

  private static void butterflies(float[] x, int at, int half) {
    for (int j = at; j < at + half; j++) {
      float a = x[j];
      float b = x[j + half];
      x[j] = a + b;
      x[j + half] = a - b;
    }
  }

  private void mixBlocks(float[] x, int at, float[] scratch) {
    int m = width / block;
    System.arraycopy(x, at, scratch, 0, width);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < block; j++) {
        float sum = 0;
        for (int l = 0; l < m; l++) {
          sum += hartley[i * m + l] * scratch[l * block + j];
        }
        x[at + i * block + j] = sum * scale;
      }
    }
  }
}

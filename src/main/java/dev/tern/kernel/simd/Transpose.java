package dev.tern.kernel.simd;

/** From rows of tokens to a column per token. */
final class Transpose {
  private static final int TILE = 8;

  private Transpose() {}

  /**
   * {@code to[i, t] = from[t, i]}, with 32 floats a row of {@code to}; up to the next multiple of 8 tokens, which must
   * exist.
   */
  static void rows(float[] from, int stride, float[] to, int width, int tokens) {
    for (int token = 0; token < tokens; token += TILE) {
      tile(from, token * stride, stride, to, token, width);
    }
  }

  /** Eight tokens, so that whole parts of cache lines are written. */
  private static void tile(float[] from, int at, int stride, float[] to, int toAt, int width) {
    for (int i = 0; i < width; i++, at++, toAt += Chunk.TOKENS) {
      to[toAt] = from[at];
      to[toAt + 1] = from[at + stride];
      to[toAt + 2] = from[at + 2 * stride];
      to[toAt + 3] = from[at + 3 * stride];
      to[toAt + 4] = from[at + 4 * stride];
      to[toAt + 5] = from[at + 5 * stride];
      to[toAt + 6] = from[at + 6 * stride];
      to[toAt + 7] = from[at + 7 * stride];
    }
  }
}

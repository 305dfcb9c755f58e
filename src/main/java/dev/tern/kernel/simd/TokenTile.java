package dev.tern.kernel.simd;

/** Eight tokens as 8-bit integers, interleaved as {@link Int16TileKernels} read them. */
final class TokenTile {
  private static final int TOKENS = Int16TileKernels.TOKENS;

  /** {@link Quantized#pairs} {@code [column][token]}. */
  int[] pairs = new int[0];

  /** {@link Quantized#starts} {@code [block][token]}. */
  short[] starts = new short[0];

  /** {@link Quantized#scales} {@code [block][token]}. */
  float[] units = new float[0];

  /** {@link Quantized#totals} {@code [block][token]}. */
  float[] totals = new float[0];

  /** {@link Quantized#factor}. */
  final float[] factors = new float[TOKENS];

  /** Makes room for tokens of {@code blocks} · 32 columns. */
  void resize(int blocks) {
    if (starts.length < blocks * TOKENS) {
      pairs = new int[blocks * 32 * TOKENS];
      starts = new short[blocks * TOKENS];
      units = new float[blocks * TOKENS];
      totals = new float[blocks * TOKENS];
    }
  }

  /** Sets one token. */
  void set(int token, Quantized x, int blocks) {
    int[] row = x.pairs();
    for (int k = 0; k < 32 * blocks; k++) {
      pairs[k * TOKENS + token] = row[k];
    }
    for (int b = 0; b < blocks; b++) {
      starts[b * TOKENS + token] = x.starts[b];
      units[b * TOKENS + token] = x.scales[b];
      totals[b * TOKENS + token] = x.totals[b];
    }
    factors[token] = x.factor;
  }
}

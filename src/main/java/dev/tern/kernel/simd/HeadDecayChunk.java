package dev.tern.kernel.simd;

import java.util.Arrays;

/**
 * Prepares chunks of additive and delta rules with one decay per head: scores are plain products of queries and keys,
 * times the decay between the two tokens.
 */
final class HeadDecayChunk {
  private final ChunkProduct product = new ChunkProduct();
  private final float[] decays = new float[Chunk.TOKENS];
  private final float[] remaining = new float[Chunk.TOKENS];
  private float[] keys = new float[0];

  /** Prepares the rows from {@code first} on. */
  void fill(HeadRows rows, int first, int tokens, Chunk chunk) {
    chunk.tokens = tokens;
    if (keys.length < chunk.paddedKeys * Chunk.TOKENS) {
      keys = new float[chunk.paddedKeys * Chunk.TOKENS];
    }
    chunk.removal = keys;
    chunk.removalColumn = 0;
    for (int t = 0; t < tokens; t++) {
      transpose(rows.operands.query.data(), rows.query(first + t), chunk.query, t, chunk.keys);
      transpose(rows.operands.key.data(), rows.key(first + t), keys, t, chunk.keys);
      decays[t] = rows.decay(first + t);
    }
    boolean delta = !rows.additive();
    float[] scores = delta ? chunk.queryOfSolved : chunk.queryOfGiven;
    product.a(keys, 0, Chunk.TOKENS).b(chunk.query, 0).c(scores, 0).set(tokens, chunk.keys);
    if (delta) {
      product.b(keys, 0).c(chunk.removalOfSolved, 0).set(tokens, chunk.keys);
    }
    decay(rows, first, chunk, scores, delta);
  }

  private static void transpose(float[] from, int at, float[] to, int column, int count) {
    for (int i = 0; i < count; i++) {
      to[i * Chunk.TOKENS + column] = from[at + i];
    }
  }

  /**
   * Walks from the last token that writes to the first; {@code remaining[t]} is what is left at token t of what the
   * current one writes.
   */
  private void decay(HeadRows rows, int first, Chunk chunk, float[] scores, boolean delta) {
    int tokens = chunk.tokens;
    Arrays.fill(remaining, 0);
    for (int s = tokens - 1; s >= 0; s--) {
      if (s + 1 < tokens) {
        scale(remaining, decays[s + 1]);
      }
      float write = rows.write(first + s);
      if (delta) {
        multiply(chunk.removalOfSolved, s * Chunk.TOKENS, remaining, -write);
      }
      remaining[s] = 1;
      multiply(scores, s * Chunk.TOKENS, remaining, write);
      float[] writer = delta ? chunk.solvedWriter : chunk.givenWriter;
      writer(rows, first + s, write * remaining[tokens - 1], writer, s * chunk.paddedKeys);
    }
    for (int t = 0; t < tokens; t++) {
      chunk.queryFactors[t] = decays[0] * remaining[t];
      chunk.removalFactors[t] = -chunk.queryFactors[t];
    }
    Arrays.fill(chunk.stateDecay, chunk.queryFactors[tokens - 1]);
  }

  private static void scale(float[] x, float factor) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= factor;
    }
  }

  private static void multiply(float[] x, int at, float[] y, float factor) {
    for (int i = 0; i < y.length; i++) {
      x[at + i] *= factor * y[i];
    }
  }

  private static void writer(HeadRows rows, int row, float factor, float[] to, int at) {
    float[] key = rows.operands.key.data();
    int from = rows.key(row);
    for (int i = 0; i < rows.recurrence.keyWidth(); i++) {
      to[at + i] = factor * key[from + i];
    }
  }
}

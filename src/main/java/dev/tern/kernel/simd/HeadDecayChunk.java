package dev.tern.kernel.simd;

import java.util.Arrays;

/**
 * Prepares chunks of additive and delta rules with one decay per head: scores are plain products of queries and keys,
 * times the decay between the two tokens.
 */
final class HeadDecayChunk {
  private final ChunkProduct product = new ChunkProduct();
  private final float[] queryScores = new float[Chunk.TOKENS * Chunk.TOKENS];
  private final float[] keyScores = new float[Chunk.TOKENS * Chunk.TOKENS];
  private final float[] remaining = new float[Chunk.TOKENS];
  private float[] keys = new float[0];

  /** Prepares what heads with the same keys have in common, for the rows from {@code first} on. */
  void share(HeadRows rows, int first, int tokens, Chunk chunk) {
    chunk.tokens = tokens;
    int stride = chunk.paddedKeys;
    if (keys.length < stride * Chunk.TOKENS) {
      keys = new float[stride * Chunk.TOKENS];
    }
    for (int t = 0; t < tokens; t++) {
      System.arraycopy(rows.operands.query.data(), rows.query(first + t), chunk.query, t * stride, chunk.keys);
      System.arraycopy(rows.operands.key.data(), rows.key(first + t), chunk.removal, t * stride, chunk.keys);
    }
    Transpose.rows(chunk.removal, stride, keys, chunk.keys, tokens);
    product.a(chunk.query, 0, stride).b(keys, 0).c(queryScores, 0).set(tokens, chunk.keys);
    if (!rows.additive()) {
      product.a(chunk.removal, 0, stride).c(keyScores, 0).set(tokens, chunk.keys);
    }
  }

  /**
   * Prepares one of the heads that {@link #share} was for. Walks along time; {@code remaining[s]} is what is left of
   * what token s wrote, times its strength.
   */
  void fill(HeadRows rows, int first, Chunk chunk) {
    boolean delta = !rows.additive();
    float[] scores = delta ? chunk.queryOfSolved : chunk.queryOfGiven;
    float sinceStart = 1;
    Arrays.fill(remaining, 0);
    for (int t = 0; t < chunk.tokens; t++) {
      float decay = rows.decay(first + t);
      sinceStart *= decay;
      chunk.queryFactors[t] = sinceStart;
      chunk.removalFactors[t] = -sinceStart;
      PanelRows.scale(remaining, decay);
      if (delta) {
        PanelRows.multiply(keyScores, t * Chunk.TOKENS, remaining, -1, chunk.removalOfSolved);
      }
      remaining[t] = rows.write(first + t);
      PanelRows.multiply(queryScores, t * Chunk.TOKENS, remaining, 1, scores);
    }
    Arrays.fill(chunk.stateDecay, sinceStart);
    float[] writer = delta ? chunk.solvedWriter : chunk.givenWriter;
    for (int t = 0, at = 0; t < chunk.tokens; t++, at += chunk.paddedKeys) {
      PanelRows.copyScaled(chunk.removal, at, remaining[t], writer, at, chunk.paddedKeys);
    }
  }
}

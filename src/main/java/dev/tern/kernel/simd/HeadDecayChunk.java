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
  private final float[] decays = new float[Chunk.TOKENS];
  private final float[] remaining = new float[Chunk.TOKENS];
  private float[] keys = new float[0];
  private float[] rowsOfKeys = new float[0];
  private float[] rowsOfQueries = new float[0];

  /** Prepares what heads with the same keys have in common, for the rows from {@code first} on. */
  void share(HeadRows rows, int first, int tokens, Chunk chunk) {
    chunk.tokens = tokens;
    int floats = chunk.paddedKeys * Chunk.TOKENS;
    if (keys.length < floats) {
      keys = new float[floats];
      rowsOfKeys = new float[floats];
      rowsOfQueries = new float[floats];
    }
    chunk.removal = keys;
    chunk.removalColumn = 0;
    for (int t = 0; t < tokens; t++) {
      int at = t * chunk.paddedKeys;
      System.arraycopy(rows.operands.query.data(), rows.query(first + t), rowsOfQueries, at, chunk.keys);
      System.arraycopy(rows.operands.key.data(), rows.key(first + t), rowsOfKeys, at, chunk.keys);
    }
    Transpose.rows(rowsOfQueries, chunk.paddedKeys, chunk.query, chunk.keys, tokens);
    Transpose.rows(rowsOfKeys, chunk.paddedKeys, keys, chunk.keys, tokens);
    product.a(keys, 0, Chunk.TOKENS).b(chunk.query, 0).c(queryScores, 0).set(tokens, chunk.keys);
    if (!rows.additive()) {
      product.b(keys, 0).c(keyScores, 0).set(tokens, chunk.keys);
    }
  }

  /**
   * Prepares one of the heads that {@link #share} was for. Walks from the last token that writes to the first; {@code
   * remaining[t]} is what is left at token t of what the current one writes.
   */
  void fill(HeadRows rows, int first, Chunk chunk) {
    int tokens = chunk.tokens;
    boolean delta = !rows.additive();
    float[] scores = delta ? chunk.queryOfSolved : chunk.queryOfGiven;
    for (int t = 0; t < tokens; t++) {
      decays[t] = rows.decay(first + t);
    }
    Arrays.fill(remaining, 0);
    for (int s = tokens - 1; s >= 0; s--) {
      if (s + 1 < tokens) {
        PanelRows.scale(remaining, decays[s + 1]);
      }
      float write = rows.write(first + s);
      if (delta) {
        PanelRows.multiply(keyScores, s * Chunk.TOKENS, remaining, -write, chunk.removalOfSolved);
      }
      remaining[s] = 1;
      PanelRows.multiply(queryScores, s * Chunk.TOKENS, remaining, write, scores);
      float[] writer = delta ? chunk.solvedWriter : chunk.givenWriter;
      int at = s * chunk.paddedKeys;
      PanelRows.copyScaled(rowsOfKeys, at, write * remaining[tokens - 1], writer, at, chunk.paddedKeys);
    }
    for (int t = 0; t < tokens; t++) {
      chunk.queryFactors[t] = decays[0] * remaining[t];
      chunk.removalFactors[t] = -chunk.queryFactors[t];
    }
    Arrays.fill(chunk.stateDecay, chunk.queryFactors[tokens - 1]);
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Products of what tokens read with what earlier tokens of a chunk wrote, where every channel decays by itself on the
 * way. Lanes are the tokens that wrote: for each channel a row of written values that decay together as time goes by,
 * so there are neither sums over lanes nor divisions.
 */
final class DecayingScores {
  private static final int TOKENS = ChannelDecayChunk.TOKENS;
  private static final int PARTS = TOKENS / L;

  private final VectorMask<Float>[] earlier = earlier();
  private float[] written = new float[0];
  private float[] queries;
  private float[] removals;
  private float[] decays;
  private int width;
  private int keys;

  /** Masks of the lanes before a token, for every token and every vector of lanes. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static VectorMask<Float>[] earlier() {
    VectorMask<Float>[] masks = new VectorMask[TOKENS * PARTS];
    for (int t = 0; t < TOKENS; t++) {
      for (int part = 0; part < PARTS; part++) {
        long lanes = (1L << Math.clamp(t - part * L, 0, L)) - 1;
        masks[t * PARTS + part] = VectorMask.fromLong(F, lanes);
      }
    }
    return masks;
  }

  /**
   * What reads, all {@code [token, width]}: queries after the decay and the write of their token, removals (or null)
   * before both.
   */
  void readers(float[] queries, float[] removals, float[] decays, int width) {
    this.queries = queries;
    this.removals = removals;
    this.decays = decays;
    this.width = width;
  }

  /**
   * Scores of all readers, to {@code [reader, written]} with zeros where nothing was written yet.
   *
   * @param writers what is written, {@code [token, width]}
   */
  void read(Chunk chunk, float[] writers, float[] toQueries, float[] toRemovals) {
    keys = chunk.keys;
    if (written.length < chunk.paddedKeys * Chunk.TOKENS) {
      written = new float[chunk.paddedKeys * Chunk.TOKENS];
    }
    Transpose.rows(writers, width, written, keys, chunk.tokens);
    for (int t = 0; t < chunk.tokens; t++) {
      int at = t * Chunk.TOKENS;
      for (int part = 0; part < PARTS; part++) {
        if (removals == null) {
          queries(t, part, toQueries);
        } else {
          queriesAndRemovals(t, part, toQueries, toRemovals);
        }
      }
      Arrays.fill(toQueries, at + t + 1, at + TOKENS, 0);
      Arrays.fill(toRemovals, at + t, at + TOKENS, 0);
    }
  }

  private void queries(int token, int part, float[] toQueries) {
    VectorMask<Float> mask = earlier[token * PARTS + part];
    float[] decays = this.decays;
    float[] written = this.written;
    float[] queries = this.queries;
    FloatVector even = FloatVector.zero(F);
    FloatVector odd = FloatVector.zero(F);
    int row = token * width;
    int at = part * L;
    for (int i = 0; i < keys; i += 2, row += 2, at += 2 * Chunk.TOKENS) {
      FloatVector v = FloatVector.fromArray(F, written, at).mul(FloatVector.broadcast(F, decays[row]), mask);
      FloatVector w = FloatVector.fromArray(F, written, at + Chunk.TOKENS);
      w = w.mul(FloatVector.broadcast(F, decays[row + 1]), mask);
      v.intoArray(written, at);
      w.intoArray(written, at + Chunk.TOKENS);
      even = v.fma(FloatVector.broadcast(F, queries[row]), even);
      odd = w.fma(FloatVector.broadcast(F, queries[row + 1]), odd);
    }
    even.add(odd).intoArray(toQueries, token * Chunk.TOKENS + part * L);
  }

  private void queriesAndRemovals(int token, int part, float[] toQueries, float[] toRemovals) {
    VectorMask<Float> mask = earlier[token * PARTS + part];
    float[] decays = this.decays;
    float[] written = this.written;
    float[] queries = this.queries;
    float[] removals = this.removals;
    FloatVector evenQuery = FloatVector.zero(F);
    FloatVector oddQuery = FloatVector.zero(F);
    FloatVector evenRemoval = FloatVector.zero(F);
    FloatVector oddRemoval = FloatVector.zero(F);
    int row = token * width;
    int at = part * L;
    for (int i = 0; i < keys; i += 2, row += 2, at += 2 * Chunk.TOKENS) {
      FloatVector v = FloatVector.fromArray(F, written, at);
      FloatVector w = FloatVector.fromArray(F, written, at + Chunk.TOKENS);
      evenRemoval = v.fma(FloatVector.broadcast(F, removals[row]), evenRemoval);
      oddRemoval = w.fma(FloatVector.broadcast(F, removals[row + 1]), oddRemoval);
      FloatVector x = v.mul(FloatVector.broadcast(F, decays[row]), mask);
      FloatVector y = w.mul(FloatVector.broadcast(F, decays[row + 1]), mask);
      x.intoArray(written, at);
      y.intoArray(written, at + Chunk.TOKENS);
      evenQuery = x.fma(FloatVector.broadcast(F, queries[row]), evenQuery);
      oddQuery = y.fma(FloatVector.broadcast(F, queries[row + 1]), oddQuery);
    }
    evenRemoval.add(oddRemoval).intoArray(toRemovals, token * Chunk.TOKENS + part * L);
    evenQuery.add(oddQuery).intoArray(toQueries, token * Chunk.TOKENS + part * L);
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import dev.tern.kernel.LinearRecurrence.Update;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Prepares chunks of any rule with a decay per channel. A score is Σᵢ qᵢ kᵢ Π dᵢ over the tokens between. Splitting the
 * product of decays into a quotient would overflow where a channel forgets quickly; instead {@link DecayingScores}
 * walks along time with keys that decay on the way.
 */
final class ChannelDecayChunk {
  /** Tokens of a chunk at most: more would make the scores dearer than the state. */
  static final int TOKENS = Chunk.TOKENS / 2;

  private final DecayingScores scores = new DecayingScores();
  private int keys;
  private float[] decays = new float[0];
  private float[] solved = new float[0];
  private float[] given = new float[0];
  private float[] removals = new float[0];
  private float[] queries = new float[0];
  private float[] running = new float[0];

  /** Buffers of exactly this size, so that their padding is zero. */
  private void prepare(int keys, int width) {
    if (this.keys != keys) {
      this.keys = keys;
      decays = new float[TOKENS * width];
      solved = new float[TOKENS * width];
      given = new float[TOKENS * width];
      removals = new float[TOKENS * width];
      queries = new float[TOKENS * width];
      running = new float[width];
    }
  }

  /** Prepares the rows from {@code first} on. */
  void fill(HeadRows rows, int first, int tokens, Chunk chunk) {
    chunk.tokens = tokens;
    prepare(chunk.keys, chunk.paddedKeys);
    Update update = rows.recurrence.update();
    for (int t = 0; t < tokens; t++) {
      gather(rows, first + t, t, update);
    }
    readers(chunk, queries, true, chunk.query);
    System.arraycopy(running, 0, chunk.stateDecay, 0, running.length);
    Arrays.fill(chunk.queryFactors, 1);
    Arrays.fill(chunk.removalFactors, 1);
    scores.readers(queries, update == Update.ADDITIVE ? null : removals, decays, running.length);
    if (update != Update.ADDITIVE) {
      readers(chunk, removals, false, chunk.removal);
      writers(chunk, solved, chunk.solvedWriter);
      scores.read(chunk, solved, chunk.queryOfSolved, chunk.removalOfSolved);
    }
    if (update != Update.DELTA) {
      writers(chunk, given, chunk.givenWriter);
      scores.read(chunk, given, chunk.queryOfGiven, chunk.removalOfGiven);
    }
  }

  /** Copies a token's decays and query, what it writes and what it removes. */
  private void gather(HeadRows rows, int row, int token, Update update) {
    int at = token * running.length;
    rows.decays(row, decays, at);
    float[] key = rows.operands.key.data();
    System.arraycopy(rows.operands.query.data(), rows.query(row), queries, at, keys);
    float[] written = update == Update.DELTA ? solved : given;
    PanelRows.copyScaled(key, rows.key(row), rows.write(row), written, at, keys);
    if (update == Update.DELTA) {
      PanelRows.copyScaled(key, rows.key(row), -1, removals, at, keys);
      multiply(removals, at, decays, at, removals, at);
    } else if (update == Update.LOW_RANK) {
      System.arraycopy(rows.operands.replacement.data(), rows.replacement(row), solved, at, keys);
      System.arraycopy(rows.operands.removal.data(), rows.removal(row), removals, at, keys);
    }
  }

  /**
   * Readers with the decays since the start of the chunk.
   *
   * @param after whether they read after the decay of their token
   */
  private void readers(Chunk chunk, float[] from, boolean after, float[] to) {
    int width = running.length;
    Arrays.fill(running, 1);
    for (int t = 0; t < chunk.tokens; t++) {
      if (after) {
        multiply(running, 0, decays, t * width, running, 0);
      }
      multiply(from, t * width, running, 0, to, t * width);
      if (!after) {
        multiply(running, 0, decays, t * width, running, 0);
      }
    }
  }

  /** What is written, with the decays to the end of the chunk. */
  private void writers(Chunk chunk, float[] from, float[] to) {
    int width = running.length;
    Arrays.fill(running, 1);
    for (int t = chunk.tokens - 1; t >= 0; t--) {
      multiply(from, t * width, running, 0, to, t * width);
      multiply(running, 0, decays, t * width, running, 0);
    }
  }

  /** {@code out = x ⊙ y} for a row. */
  private void multiply(float[] x, int xAt, float[] y, int yAt, float[] out, int at) {
    for (int i = 0; i < running.length; i += L) {
      FloatVector.fromArray(F, x, xAt + i).mul(FloatVector.fromArray(F, y, yAt + i)).intoArray(out, at + i);
    }
  }
}

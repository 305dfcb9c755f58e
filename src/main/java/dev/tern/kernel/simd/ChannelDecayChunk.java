package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import dev.tern.kernel.LinearRecurrence.Update;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Prepares chunks of any rule with a decay per channel. A score is Σᵢ qᵢ kᵢ Π dᵢ over the tokens between; splitting the
 * product of decays into a quotient would overflow where a channel forgets quickly, so pairs of tokens are computed one
 * by one, walking back in time with a query that decays on the way. Chunks are short to keep that a small part.
 */
final class ChannelDecayChunk {
  /** Tokens of a chunk at most: queries and removals fill a panel. */
  static final int TOKENS = Chunk.TOKENS / 2;

  private int keys;
  private float[] decays = new float[0];
  private float[] solved = new float[0];
  private float[] given = new float[0];
  private float[] removals = new float[0];
  private float[] running = new float[0];
  private float[] query = new float[0];
  private float[] removal = new float[0];

  /** Buffers of exactly this size, so that their padding is zero. */
  private void prepare(int keys, int width) {
    if (this.keys != keys) {
      this.keys = keys;
      decays = new float[TOKENS * width];
      solved = new float[TOKENS * width];
      given = new float[TOKENS * width];
      removals = new float[TOKENS * width];
      running = new float[width];
      query = new float[width];
      removal = new float[width];
    }
  }

  /** Prepares the rows from {@code first} on. */
  void fill(HeadRows rows, int first, int tokens, Chunk chunk) {
    chunk.tokens = tokens;
    chunk.removal = chunk.query;
    chunk.removalColumn = TOKENS;
    prepare(chunk.keys, chunk.paddedKeys);
    Update update = rows.recurrence.update();
    for (int t = 0; t < tokens; t++) {
      gather(rows, first + t, t, update);
    }
    readers(rows, first, chunk, update);
    if (update != Update.ADDITIVE) {
      writers(chunk, solved, chunk.solvedWriter);
    }
    if (update != Update.DELTA) {
      writers(chunk, given, chunk.givenWriter);
    }
    scores(rows, first, chunk, update);
  }

  /** Copies a token's decays, what it writes and what it removes. */
  private void gather(HeadRows rows, int row, int token, Update update) {
    int keys = rows.recurrence.keyWidth();
    int at = token * running.length;
    rows.decays(row, decays, at);
    float write = rows.write(row);
    float[] key = rows.operands.key.data();
    float[] written = update == Update.DELTA ? solved : given;
    for (int i = 0, k = rows.key(row); i < keys; i++) {
      written[at + i] = write * key[k + i];
    }
    if (update == Update.DELTA) {
      for (int i = 0, k = rows.key(row); i < keys; i++) {
        removals[at + i] = -decays[at + i] * key[k + i];
      }
    } else if (update == Update.LOW_RANK) {
      System.arraycopy(rows.operands.replacement.data(), rows.replacement(row), solved, at, keys);
      System.arraycopy(rows.operands.removal.data(), rows.removal(row), removals, at, keys);
    }
  }

  /** Queries and removals with the decays since the start of the chunk, a column per token. */
  private void readers(HeadRows rows, int first, Chunk chunk, Update update) {
    int width = running.length;
    Arrays.fill(running, 1);
    for (int t = 0; t < chunk.tokens; t++) {
      float[] queries = rows.operands.query.data();
      int q = rows.query(first + t);
      for (int i = 0; i < chunk.keys && update != Update.ADDITIVE; i++) {
        chunk.query[i * Chunk.TOKENS + TOKENS + t] = removals[t * width + i] * running[i];
      }
      multiply(running, decays, t * width);
      for (int i = 0; i < chunk.keys; i++) {
        chunk.query[i * Chunk.TOKENS + t] = queries[q + i] * running[i];
      }
    }
    System.arraycopy(running, 0, chunk.stateDecay, 0, width);
    Arrays.fill(chunk.queryFactors, 1);
    Arrays.fill(chunk.removalFactors, 1);
  }

  /** What is written, with the decays to the end of the chunk. */
  private void writers(Chunk chunk, float[] from, float[] to) {
    int width = running.length;
    Arrays.fill(running, 1);
    for (int t = chunk.tokens - 1; t >= 0; t--) {
      for (int i = 0, at = t * width; i < width; i++) {
        to[at + i] = from[at + i] * running[i];
      }
      multiply(running, decays, t * width);
    }
  }

  private void scores(HeadRows rows, int first, Chunk chunk, Update update) {
    int width = running.length;
    int used = chunk.tokens * Chunk.TOKENS;
    Arrays.fill(chunk.queryOfSolved, 0, used, 0);
    Arrays.fill(chunk.queryOfGiven, 0, used, 0);
    Arrays.fill(chunk.removalOfSolved, 0, used, 0);
    Arrays.fill(chunk.removalOfGiven, 0, used, 0);
    for (int t = 0; t < chunk.tokens; t++) {
      System.arraycopy(rows.operands.query.data(), rows.query(first + t), query, 0, chunk.keys);
      System.arraycopy(removals, t * width, removal, 0, width);
      for (int s = t; s >= 0; s--) {
        if (s < t) {
          multiply(query, decays, (s + 1) * width);
        }
        if (s < t - 1 && update != Update.ADDITIVE) {
          multiply(removal, decays, (s + 1) * width);
        }
        score(chunk, s, t, update);
      }
    }
  }

  private void score(Chunk chunk, int s, int t, Update update) {
    int width = running.length;
    int pair = s * Chunk.TOKENS + t;
    if (update != Update.ADDITIVE) {
      chunk.queryOfSolved[pair] = dot(query, solved, s * width);
      chunk.removalOfSolved[pair] = s < t ? dot(removal, solved, s * width) : 0;
    }
    if (update != Update.DELTA) {
      chunk.queryOfGiven[pair] = dot(query, given, s * width);
    }
    if (update == Update.LOW_RANK && s < t) {
      chunk.removalOfGiven[pair] = dot(removal, given, s * width);
    }
  }

  private static void multiply(float[] x, float[] y, int at) {
    for (int i = 0; i < x.length; i += L) {
      FloatVector.fromArray(F, x, i).mul(FloatVector.fromArray(F, y, at + i)).intoArray(x, i);
    }
  }

  private static float dot(float[] x, float[] y, int at) {
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < x.length; i += L) {
      sum = FloatVector.fromArray(F, x, i).fma(FloatVector.fromArray(F, y, at + i), sum);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }
}

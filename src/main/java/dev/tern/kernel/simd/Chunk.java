package dev.tern.kernel.simd;

import dev.tern.kernel.LinearRecurrence;

/**
 * A few consecutive tokens of one head, prepared so that products of small matrices do what the recurrence does one
 * token after the other (the WY representation of the delta rule, Yang et al. 2024, 2406.06484, in a form that divides
 * by no decay). With S the state before the chunk, Q and A rows of decayed queries and removals, V the values:
 *
 * <pre>
 *   X = base + A S + Pᵃˣ X + Pᵃᵛ V      what the update rule writes: solved from the first row on
 *   O = Q S + Pᵠˣ X + Pᵠᵛ V             outputs
 *   S ← decay ⊙ S + Wˣᵀ X + Wᵛᵀ V
 * </pre>
 *
 * <p>The delta rule has X alone (base = V), the additive rule V alone, the low-rank rule both (base = 0).
 */
final class Chunk {
  /** Tokens at most. */
  static final int TOKENS = ChunkProduct.PANEL;

  /** Tokens. */
  int tokens;

  int keys;

  /** Keys padded to whole vectors and tiles; the padding of writers is zero. */
  int paddedKeys;

  /** Q {@code [token, paddedKeys]}. */
  float[] query = new float[0];

  /** A {@code [token, paddedKeys]}. */
  float[] removal = new float[0];

  /** Factors of the rows of Q S and A S that are not in Q and A. */
  final float[] queryFactors = new float[TOKENS];

  final float[] removalFactors = new float[TOKENS];

  /** Pᵠˣ, Pᵃˣ, Pᵠᵛ, Pᵃᵛ {@code [token that reads, token that wrote]}, 32 floats a row. */
  final float[] queryOfSolved = new float[TOKENS * TOKENS];

  final float[] removalOfSolved = new float[TOKENS * TOKENS];
  final float[] queryOfGiven = new float[TOKENS * TOKENS];
  final float[] removalOfGiven = new float[TOKENS * TOKENS];

  /** Wˣ and Wᵛ {@code [token, paddedKeys]}, with the decays from the token to the end of the chunk. */
  float[] solvedWriter = new float[0];

  float[] givenWriter = new float[0];

  /** Decay of each row of the state over the chunk. */
  float[] stateDecay = new float[0];

  /** Sizes the buffers. */
  void prepare(LinearRecurrence recurrence) {
    keys = recurrence.keyWidth();
    paddedKeys = Math.ceilDiv(keys, 16) * 16;
    if (stateDecay.length < paddedKeys) {
      query = new float[paddedKeys * TOKENS];
      removal = new float[paddedKeys * TOKENS];
      solvedWriter = new float[paddedKeys * TOKENS];
      givenWriter = new float[paddedKeys * TOKENS];
      stateDecay = new float[paddedKeys];
    }
  }
}

package dev.tern.kernel.simd;

import dev.tern.kernel.LinearRecurrence;

/** What one worker needs for a step of one head. Reused; grows to the largest recurrence. */
final class StepVectors {
  /** Factors of a {@link StatePass}, row by row of the state. */
  float[] factors = new float[0];

  /** The write that the last step left pending: d, b, x and for the low-rank rule k, v. */
  float[] pending = new float[0];

  /** Where in {@link #pending} the columns of the writes stand. */
  int firstColumns;

  int secondColumns;

  /** What the pass reads from the state with a, and with the decayed query. */
  float[] removed = new float[0];

  float[] read = new float[0];

  void prepare(LinearRecurrence recurrence) {
    int keys = recurrence.keyWidth();
    int columns = recurrence.paddedWidth();
    firstColumns = 2 * keys;
    secondColumns = 3 * keys + columns;
    if (factors.length < 5 * keys) {
      factors = new float[5 * keys];
    }
    int floats = 3 * keys + 2 * columns;
    if (pending.length < floats) {
      pending = new float[floats];
    }
    if (read.length < columns) {
      read = new float[columns];
      removed = new float[columns];
    }
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import dev.tern.kernel.LinearRecurrence;
import jdk.incubator.vector.FloatVector;

/** What one worker needs for a step of one head. Reused; grows to the largest recurrence. */
final class StepVectors {
  /** The write that the last step left pending: d, b, x and for the low-rank rule k, v. */
  float[] pending = new float[0];

  /** The write that this step leaves pending. */
  float[] next = new float[0];

  /** What reads the state: a, and q with this step's decay. */
  float[] removal = new float[0];

  float[] query = new float[0];

  /** What the two read. */
  float[] removed = new float[0];

  float[] read = new float[0];

  /** Bytes from a row of the state to the next. */
  long rowBytes;

  /** Where in a write b, x, k and v begin. */
  int firstRows;

  int firstColumns;
  int secondRows;
  int secondColumns;

  void prepare(LinearRecurrence recurrence) {
    int keys = recurrence.keyWidth();
    int columns = recurrence.paddedWidth();
    rowBytes = 4L * recurrence.blockWidth();
    firstRows = keys;
    firstColumns = 2 * keys;
    secondRows = 2 * keys + columns;
    secondColumns = 3 * keys + columns;
    if (removal.length < keys) {
      removal = new float[keys];
      query = new float[keys];
    }
    if (next.length < secondColumns + columns) {
      pending = new float[secondColumns + columns];
      next = new float[secondColumns + columns];
    }
    if (read.length < columns) {
      read = new float[columns];
      removed = new float[columns];
    }
  }

  /**
   * What a step of the delta rule reads and writes, from the decays at the beginning of {@link #next}: a = −d ⊙ k, b =
   * w k and the decayed query.
   *
   * @return q · k
   */
  float deltaRule(float[] key, int keyAt, float[] query, int queryAt, float write) {
    float[] d = next;
    FloatVector sum = FloatVector.zero(F);
    int i = 0;
    for (; i <= firstRows - L; i += L) {
      FloatVector decay = FloatVector.fromArray(F, d, i);
      FloatVector k = FloatVector.fromArray(F, key, keyAt + i);
      FloatVector q = FloatVector.fromArray(F, query, queryAt + i);
      decay.mul(k).neg().intoArray(removal, i);
      decay.mul(q).intoArray(this.query, i);
      k.mul(write).intoArray(d, firstRows + i);
      sum = k.fma(q, sum);
    }
    float total = VectorMath.sum(sum);
    for (; i < firstRows; i++) {
      removal[i] = -d[i] * key[keyAt + i];
      this.query[i] = d[i] * query[queryAt + i];
      d[firstRows + i] = write * key[keyAt + i];
      total += key[keyAt + i] * query[queryAt + i];
    }
    return total;
  }

  /** {@code x = value + removed; out = read + written · x}, where x is the first write of {@link #next}. */
  void correct(float[] value, int valueAt, float written, float[] out, int outAt, int width) {
    float[] x = next;
    int i = 0;
    for (; i <= width - L; i += L) {
      FloatVector v = FloatVector.fromArray(F, value, valueAt + i).add(FloatVector.fromArray(F, removed, i));
      v.intoArray(x, firstColumns + i);
      v.fma(FloatVector.broadcast(F, written), FloatVector.fromArray(F, read, i)).intoArray(out, outAt + i);
    }
    for (; i < width; i++) {
      x[firstColumns + i] = value[valueAt + i] + removed[i];
      out[outAt + i] = read[i] + written * x[firstColumns + i];
    }
  }

  /** The query with the decays at the beginning of {@link #next}. */
  void decayQuery(float[] query, int at) {
    int i = 0;
    for (; i <= firstRows - L; i += L) {
      FloatVector q = FloatVector.fromArray(F, query, at + i);
      q.mul(FloatVector.fromArray(F, next, i)).intoArray(this.query, i);
    }
    for (; i < firstRows; i++) {
      this.query[i] = next[i] * query[at + i];
    }
  }

  /** The product of a vector with rows of {@link #next}. */
  float dot(float[] x, int at, int rows) {
    FloatVector sum = FloatVector.zero(F);
    int i = 0;
    for (; i <= firstRows - L; i += L) {
      sum = FloatVector.fromArray(F, x, at + i).fma(FloatVector.fromArray(F, next, rows + i), sum);
    }
    float total = VectorMath.sum(sum);
    for (; i < firstRows; i++) {
      total += x[at + i] * next[rows + i];
    }
    return total;
  }
}

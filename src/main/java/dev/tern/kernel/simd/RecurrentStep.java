package dev.tern.kernel.simd;

import dev.tern.kernel.LinearRecurrence;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The recurrent form: one head, token by token. One per worker, reused. */
final class RecurrentStep {
  private final StepVectors vectors = new StepVectors();
  private HeadRows rows;
  private LinearRecurrence recurrence;
  private MemorySegment state;
  private long at;

  /** Processes {@code count} rows from {@code first} on. */
  void run(HeadRows rows, int first, int count, MemorySegment state) {
    this.rows = rows;
    this.state = state;
    recurrence = rows.recurrence;
    at = 4L * rows.head * recurrence.headFloats();
    vectors.prepare(recurrence);
    for (int row = first; row < first + count; row++) {
      switch (recurrence.update()) {
        case ADDITIVE -> additive(row);
        case DELTA -> delta(row);
        case LOW_RANK -> lowRank(row);
      }
    }
  }

  private void additive(int row) {
    int keys = recurrence.keyWidth();
    float[] factors = vectors.factors;
    float[] query = rows.operands.query.data();
    float[] key = rows.operands.key.data();
    rows.decays(row, vectors.pending, 0);
    for (int i = 0, q = rows.query(row), k = rows.key(row); i < keys; i++) {
      factors[3 * i] = vectors.pending[i];
      factors[3 * i + 1] = key[k + i];
      factors[3 * i + 2] = query[q + i];
    }
    value(row, vectors.firstColumns, rows.write(row));
    for (int column = 0; column < recurrence.paddedWidth(); column += StatePass.COLUMNS) {
      StatePass.additive(state, panel(column), keys, vectors, column);
    }
    System.arraycopy(vectors.read, 0, rows.operands.out.data(), rows.out(row), recurrence.valueWidth());
  }

  private void delta(int row) {
    int keys = recurrence.keyWidth();
    float[] factors = vectors.factors;
    float[] pending = vectors.pending;
    float[] query = rows.operands.query.data();
    float[] key = rows.operands.key.data();
    float write = rows.write(row);
    float queryKey = 0;
    loadPending();
    for (int i = 0; i < keys; i++) {
      factors[4 * i] = pending[i];
      factors[4 * i + 1] = pending[keys + i];
    }
    rows.decays(row, pending, 0);
    for (int i = 0, q = rows.query(row), k = rows.key(row); i < keys; i++) {
      factors[4 * i + 2] = -pending[i] * key[k + i];
      factors[4 * i + 3] = pending[i] * query[q + i];
      queryKey += query[q + i] * key[k + i];
      pending[keys + i] = write * key[k + i];
    }
    for (int column = 0; column < recurrence.paddedWidth(); column += StatePass.COLUMNS) {
      StatePass.delta(state, panel(column), keys, vectors, column);
    }
    value(row, vectors.firstColumns, 1);
    float[] out = rows.operands.out.data();
    int outAt = rows.out(row);
    for (int j = 0; j < recurrence.valueWidth(); j++) {
      float x = pending[vectors.firstColumns + j] + vectors.removed[j];
      pending[vectors.firstColumns + j] = x;
      out[outAt + j] = vectors.read[j] + write * queryKey * x;
    }
    storePending();
  }

  private void lowRank(int row) {
    int keys = recurrence.keyWidth();
    float[] factors = vectors.factors;
    float[] pending = vectors.pending;
    int keyRows = vectors.secondColumns - keys;
    loadPending();
    for (int i = 0; i < keys; i++) {
      factors[5 * i] = pending[i];
      factors[5 * i + 1] = pending[keys + i];
      factors[5 * i + 2] = pending[keyRows + i];
    }
    rows.decays(row, pending, 0);
    System.arraycopy(rows.operands.replacement.data(), rows.replacement(row), pending, keys, keys);
    System.arraycopy(rows.operands.key.data(), rows.key(row), pending, keyRows, keys);
    float[] query = rows.operands.query.data();
    float[] removal = rows.operands.removal.data();
    float queryReplacement = 0;
    float queryKey = 0;
    for (int i = 0, q = rows.query(row), a = rows.removal(row); i < keys; i++) {
      factors[5 * i + 3] = removal[a + i];
      factors[5 * i + 4] = pending[i] * query[q + i];
      queryReplacement += query[q + i] * pending[keys + i];
      queryKey += query[q + i] * pending[keyRows + i];
    }
    for (int column = 0; column < recurrence.paddedWidth(); column += StatePass.COLUMNS) {
      StatePass.lowRank(state, panel(column), keys, vectors, column);
    }
    System.arraycopy(vectors.removed, 0, pending, vectors.firstColumns, recurrence.valueWidth());
    value(row, vectors.secondColumns, rows.write(row));
    float[] out = rows.operands.out.data();
    int outAt = rows.out(row);
    for (int j = 0; j < recurrence.valueWidth(); j++) {
      out[outAt + j] =
          vectors.read[j] + queryReplacement * vectors.removed[j] + queryKey * pending[vectors.secondColumns + j];
    }
    storePending();
  }

  /** Where the panel part with a column begins. */
  private long panel(int column) {
    return at + 4L * recurrence.index(0, column);
  }

  /** The value of a row times a factor, padded with zeros. */
  private void value(int row, int to, float factor) {
    float[] value = rows.operands.value.data();
    int from = rows.value(row);
    int width = recurrence.valueWidth();
    for (int j = 0; j < width; j++) {
      vectors.pending[to + j] = factor * value[from + j];
    }
    Arrays.fill(vectors.pending, to + width, to + recurrence.paddedWidth(), 0);
  }

  private int pendingFloats() {
    int writes = recurrence.update() == LinearRecurrence.Update.DELTA ? 1 : 2;
    return recurrence.keyWidth() + writes * (recurrence.keyWidth() + recurrence.paddedWidth());
  }

  private void loadPending() {
    long from = at + 4L * recurrence.matrixFloats();
    MemorySegment.copy(state, ValueLayout.JAVA_FLOAT, from, vectors.pending, 0, pendingFloats());
  }

  private void storePending() {
    long to = at + 4L * recurrence.matrixFloats();
    MemorySegment.copy(vectors.pending, 0, state, ValueLayout.JAVA_FLOAT, to, pendingFloats());
  }
}

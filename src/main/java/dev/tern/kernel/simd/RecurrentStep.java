package dev.tern.kernel.simd;

import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Update;
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
    if (recurrence.update() == Update.ADDITIVE) {
      for (int row = first; row < first + count; row++) {
        additive(row);
      }
      return;
    }
    loadPending();
    for (int row = first; row < first + count; row++) {
      if (recurrence.update() == Update.DELTA) {
        delta(row);
      } else {
        lowRank(row);
      }
      swap();
    }
    storePending();
  }

  private void additive(int row) {
    int keys = recurrence.keyWidth();
    rows.decays(row, vectors.pending, 0);
    System.arraycopy(rows.operands.key.data(), rows.key(row), vectors.pending, vectors.firstRows, keys);
    System.arraycopy(rows.operands.query.data(), rows.query(row), vectors.query, 0, keys);
    value(row, rows.write(row), vectors.pending, vectors.firstColumns);
    StatePass.run(recurrence, state, at, vectors);
    System.arraycopy(vectors.read, 0, rows.operands.out.data(), rows.out(row), recurrence.valueWidth());
  }

  private void delta(int row) {
    float[] next = vectors.next;
    float[] query = rows.operands.query.data();
    float[] key = rows.operands.key.data();
    float write = rows.write(row);
    rows.decays(row, next, 0);
    float queryKey = vectors.deltaRule(key, rows.key(row), query, rows.query(row), write);
    StatePass.run(recurrence, state, at, vectors);
    int width = recurrence.valueWidth();
    float[] value = rows.operands.value.data();
    vectors.correct(value, rows.value(row), write * queryKey, rows.operands.out.data(), rows.out(row), width);
    Arrays.fill(next, vectors.firstColumns + width, vectors.secondRows, 0);
  }

  private void lowRank(int row) {
    int keys = recurrence.keyWidth();
    float[] next = vectors.next;
    float[] query = rows.operands.query.data();
    int queryAt = rows.query(row);
    rows.decays(row, next, 0);
    System.arraycopy(rows.operands.replacement.data(), rows.replacement(row), next, vectors.firstRows, keys);
    System.arraycopy(rows.operands.key.data(), rows.key(row), next, vectors.secondRows, keys);
    System.arraycopy(rows.operands.removal.data(), rows.removal(row), vectors.removal, 0, keys);
    vectors.decayQuery(query, queryAt);
    float replaced = vectors.dot(query, queryAt, vectors.firstRows);
    float written = vectors.dot(query, queryAt, vectors.secondRows);
    StatePass.run(recurrence, state, at, vectors);
    System.arraycopy(vectors.removed, 0, next, vectors.firstColumns, recurrence.paddedWidth());
    value(row, rows.write(row), next, vectors.secondColumns);
    float[] out = rows.operands.out.data();
    int outAt = rows.out(row);
    for (int j = 0, v = vectors.secondColumns; j < recurrence.valueWidth(); j++) {
      out[outAt + j] = vectors.read[j] + replaced * vectors.removed[j] + written * next[v + j];
    }
  }

  /** The value of a row times a factor, padded with zeros. */
  private void value(int row, float factor, float[] out, int to) {
    int width = recurrence.valueWidth();
    PanelRows.copyScaled(rows.operands.value.data(), rows.value(row), factor, out, to, width);
    Arrays.fill(out, to + width, to + recurrence.paddedWidth(), 0);
  }

  private int pendingFloats() {
    int writes = recurrence.update() == Update.DELTA ? 1 : 2;
    return recurrence.keyWidth() + writes * (recurrence.keyWidth() + recurrence.paddedWidth());
  }

  private void loadPending() {
    long from = at + 4L * recurrence.matrixFloats();
    MemorySegment.copy(state, ValueLayout.JAVA_FLOAT, from, vectors.pending, 0, pendingFloats());
  }

  /** The write of the step just done is pending for the next one. */
  private void swap() {
    float[] done = vectors.next;
    vectors.next = vectors.pending;
    vectors.pending = done;
  }

  private void storePending() {
    long to = at + 4L * recurrence.matrixFloats();
    MemorySegment.copy(vectors.pending, 0, state, ValueLayout.JAVA_FLOAT, to, pendingFloats());
  }
}

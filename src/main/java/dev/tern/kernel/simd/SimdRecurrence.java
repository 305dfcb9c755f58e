package dev.tern.kernel.simd;

import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.RecurrenceOperands;
import dev.tern.kernel.StateRows;
import dev.tern.kernel.WorkerPool;
import dev.tern.kernel.simd.SimdRecurrentKernels.Form;
import java.util.Arrays;

/** Splits a recurrence over the heads of all sequences, and chooses the form of each sequence by its length. */
final class SimdRecurrence implements WorkerPool.Task {
  /** Rows from which the chunked form is used: below, its overhead exceeds what it saves. */
  private static final int CHUNKED = 64;

  /** Heads with the same keys that one worker takes together: they share the scores of a chunk. */
  private static final int MOST_HEADS = 4;

  private final WorkerPool pool;
  private final Form form;
  private final Worker[] workers;
  private LinearRecurrence recurrence;
  private RecurrenceOperands operands;
  private StateRows rows;
  private int together;

  /** What a worker computes with. */
  private static final class Worker {
    private final HeadRows[] rows = new HeadRows[MOST_HEADS];
    private final RecurrentStep step = new RecurrentStep();
    private final ChunkedRecurrence chunked = new ChunkedRecurrence();

    private Worker() {
      Arrays.setAll(rows, i -> new HeadRows());
    }
  }

  SimdRecurrence(WorkerPool pool, Form form) {
    this.pool = pool;
    this.form = form;
    workers = new Worker[pool.count()];
    Arrays.setAll(workers, i -> new Worker());
  }

  void recur(LinearRecurrence recurrence, RecurrenceOperands operands, StateRows rows) {
    this.recurrence = recurrence;
    this.operands = operands;
    this.rows = rows;
    int perWorker = rows.count() * recurrence.heads() / (2 * pool.count());
    together = Math.clamp(perWorker, 1, Math.min(MOST_HEADS, recurrence.sharing()));
    pool.run(rows.count() * recurrence.keyHeads() * blocks(), this);
  }

  /** Items of one key head. */
  private int blocks() {
    return Math.ceilDiv(recurrence.sharing(), together);
  }

  @Override
  public void run(int from, int to, int worker) {
    int perSequence = recurrence.keyHeads() * blocks();
    for (int item = from; item < to; item++) {
      int block = item % perSequence;
      int first = block % blocks() * together;
      int heads = Math.min(together, recurrence.sharing() - first);
      for (int i = 0; i < heads; i++) {
        workers[worker].rows[i].set(recurrence, operands, recurrence.head(block / blocks(), first + i));
      }
      run(item / perSequence, heads, workers[worker]);
    }
  }

  private void run(int sequence, int heads, Worker worker) {
    int first = rows.first(sequence);
    int count = rows.rows(sequence);
    if (isChunked(count)) {
      worker.chunked.run(worker.rows, heads, first, count, rows.state(sequence));
      return;
    }
    for (int i = 0; i < heads; i++) {
      worker.step.run(worker.rows[i], first, count, rows.state(sequence));
    }
  }

  /**
   * Both forms need about as many multiply-adds, and both keep the state in the cache while the tokens of a sequence go
   * by. What the chunked form saves is passes over the state; with a decay per channel its scores cost more than that.
   */
  private boolean isChunked(int count) {
    return switch (form) {
      case AUTOMATIC -> count >= CHUNKED && ChunkedRecurrence.sharesScores(recurrence);
      case RECURRENT -> false;
      case CHUNKED -> true;
    };
  }
}

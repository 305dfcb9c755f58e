package dev.tern.kernel.simd;

import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.RecurrenceOperands;
import dev.tern.kernel.StateRows;
import dev.tern.kernel.WorkerPool;

/** Splits a recurrence over the heads of all sequences, and chooses the form of each sequence by its length. */
final class SimdRecurrence implements WorkerPool.Task {
  /** Rows from which the chunked form is used: below, its overhead exceeds what it saves. */
  static final int CHUNKED = 8;

  private final WorkerPool pool;
  private final int chunked;
  private final Worker[] workers;
  private LinearRecurrence recurrence;
  private RecurrenceOperands operands;
  private StateRows rows;

  /** What a worker computes with. */
  private static final class Worker {
    private final HeadRows rows = new HeadRows();
    private final RecurrentStep step = new RecurrentStep();
    private final ChunkedRecurrence chunked = new ChunkedRecurrence();
  }

  /**
   * @param chunked rows from which the chunked form is used
   */
  SimdRecurrence(WorkerPool pool, int chunked) {
    this.pool = pool;
    this.chunked = chunked;
    workers = new Worker[pool.count()];
    java.util.Arrays.setAll(workers, i -> new Worker());
  }

  void recur(LinearRecurrence recurrence, RecurrenceOperands operands, StateRows rows) {
    this.recurrence = recurrence;
    this.operands = operands;
    this.rows = rows;
    pool.run(rows.count() * recurrence.heads(), this);
  }

  @Override
  public void run(int from, int to, int worker) {
    Worker mine = workers[worker];
    for (int item = from; item < to; item++) {
      int sequence = item / recurrence.heads();
      HeadRows head = mine.rows.set(recurrence, operands, item % recurrence.heads());
      int count = rows.rows(sequence);
      if (count < chunked) {
        mine.step.run(head, rows.first(sequence), count, rows.state(sequence));
      } else {
        mine.chunked.run(head, rows.first(sequence), count, rows.state(sequence));
      }
    }
  }
}

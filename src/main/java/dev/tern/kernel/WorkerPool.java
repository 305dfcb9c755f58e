package dev.tern.kernel;

import dev.tern.kernel.PoolState.Dispatch;
import dev.tern.kernel.PoolState.WorkerState;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that share the work of one operation at a time; the calling thread is one of them. Workers spin between runs
 * that follow each other quickly and park when idle; a run allocates nothing. The caller does the bands that no worker
 * has begun when its own is done, so on a busy machine it never waits for a thread that does not get a core. Several
 * threads may call: their runs follow one another in order of arrival. A run from inside a task of the same pool is
 * done whole by the worker that asks for it.
 */
public final class WorkerPool implements AutoCloseable {
  /** Part of an operation. */
  @FunctionalInterface
  public interface Task {
    /** Does items {@code from} (inclusive) to {@code to} (exclusive); {@code worker} is below {@link #count()}. */
    void run(int from, int to, int worker);
  }

  private static final int CHECKS_BEFORE_PERMIT = 64;
  private static final long SPIN_NANOS = 200_000;

  private final Dispatch dispatch = new Dispatch();
  private final FairLock lock = new FairLock();
  private final SpinBudget budget;
  private final SpinClock clock = new SpinClock();
  private final PoolWorker[] workers;

  /** Of all workers, the caller first. */
  private final WorkerState[] states;

  private volatile boolean closed;

  /** The thread whose run is in progress. */
  private volatile Thread caller;

  /** Whose band the caller is doing. */
  private int callerBand;

  /** A pool with one worker per physical core that this process may use. */
  public static WorkerPool ofDefaultSize() {
    return new WorkerPool(defaultCount());
  }

  /** The number of physical cores that this process may use, at least 1. */
  public static int defaultCount() {
    return CpuTopology.CORES;
  }

  /** A pool of {@code count} workers: the caller and {@code count - 1} threads. */
  public WorkerPool(int count) {
    this(count, SpinBudget.PROCESS);
  }

  WorkerPool(int count, SpinBudget budget) {
    if (count < 1 || count > Dispatch.MAX_ACTIVE) {
      throw new IllegalArgumentException("Number of workers must be 1 to " + Dispatch.MAX_ACTIVE + ", not " + count);
    }
    this.budget = budget;
    states = new WorkerState[count];
    Arrays.setAll(states, _ -> new WorkerState());
    workers = new PoolWorker[count - 1];
    Arrays.setAll(workers, i -> new PoolWorker(this, dispatch, i + 1, states[i + 1], budget));
    startThreads();
  }

  private void startThreads() {
    try {
      for (PoolWorker worker : workers) {
        worker.start();
      }
    } catch (OutOfMemoryError e) { // no more threads: end those that started
      close();
      throw e;
    }
  }

  /** Number of workers, the caller included. */
  public int count() {
    return states.length;
  }

  /**
   * Splits {@code items} into one contiguous band per worker and returns when all are done. What a task throws is
   * thrown here once all workers have stopped; the pool stays usable.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  public void run(int items, Task task) {
    if (items < 0) {
      throw new IllegalArgumentException("Number of items must not be negative: " + items);
    }
    Thread current = Thread.currentThread();
    int worker = workerOf(current);
    if (worker >= 0) {
      if (items > 0) {
        task.run(0, items, worker);
      }
      return;
    }
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("The worker pool is closed");
      }
      caller = current;
      callerBand = 0;
      if (items > 0) {
        runBands(items, task);
      }
    } finally {
      caller = null;
      lock.unlock();
    }
  }

  /** Which worker of this pool a thread is at the moment, or -1. */
  private int workerOf(Thread thread) {
    if (thread instanceof PoolWorker worker && worker.pool() == this) {
      return worker.index();
    }
    return caller == thread ? callerBand : -1;
  }

  private void runBands(int items, Task task) {
    int active = Math.min(items, count());
    if (active == 1) {
      task.run(0, items, 0);
      return;
    }
    dispatch.items = items;
    dispatch.task = task;
    long ticket = start(active);
    for (int i = 0; i < active; i++) {
      if (states[i].claim(ticket)) {
        callerBand = i;
        dispatch.runBand(i, states[i], ticket);
      }
    }
    Throwable failure = null;
    for (int i = 0; i < active; i++) {
      failure = join(states[i], ticket, failure);
    }
    dispatch.task = null;
    if (failure != null) {
      rethrow(failure);
    }
  }

  private long start(int active) {
    long ticket = dispatch.next(active);
    dispatch.ticket = ticket;
    for (int i = 1; i < active; i++) {
      if (states[i].parked) {
        LockSupport.unpark(workers[i - 1]);
      }
    }
    return ticket;
  }

  private Throwable join(WorkerState worker, long ticket, Throwable failure) {
    for (int i = 0; worker.done != ticket; i++) {
      Thread.onSpinWait();
      if (i == CHECKS_BEFORE_PERMIT) {
        awaitLong(worker, ticket);
      }
    }
    Throwable thrown = worker.failure;
    if (thrown == null) {
      return failure;
    }
    worker.failure = null;
    if (failure != null && failure != thrown) {
      failure.addSuppressed(thrown);
    }
    return failure == null ? thrown : failure;
  }

  private void awaitLong(WorkerState worker, long ticket) {
    if (budget.tryAcquire(0)) {
      clock.start(SPIN_NANOS);
      while (worker.done != ticket && clock.goOn()) {
        Thread.onSpinWait();
      }
      budget.release();
    }
    boolean interrupted = false;
    dispatch.parkedCaller = Thread.currentThread();
    while (worker.done != ticket) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    dispatch.parkedCaller = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void rethrow(Throwable failure) {
    switch (failure) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException("A task threw a checked exception", failure);
    }
  }

  /**
   * Ends the threads and returns when they have ended; a run in progress on another thread is finished first.
   *
   * @throws IllegalStateException inside a task of this pool, whose thread would wait for itself
   */
  @Override
  public void close() {
    if (workerOf(Thread.currentThread()) >= 0) {
      throw new IllegalStateException("A task of the worker pool must not close it");
    }
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        dispatch.stopping = true;
        start(count());
        joinAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void joinAll() {
    boolean interrupted = false;
    for (PoolWorker worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

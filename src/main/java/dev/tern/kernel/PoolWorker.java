package dev.tern.kernel;

import dev.tern.kernel.PoolState.Dispatch;
import dev.tern.kernel.PoolState.WorkerState;
import java.util.concurrent.locks.LockSupport;

/** A thread of a {@link WorkerPool}: waits for a ticket, runs its band, says so. */
final class PoolWorker extends Thread {
  /** How long a worker spins for the next run: longer than what an engine does between two (sampling a token). */
  private static final long SPIN_NANOS = 500_000;

  /** Processors left to threads that call pools: they work while workers spin. */
  private static final int CALLERS = 1;

  private final WorkerPool pool;
  private final Dispatch dispatch;
  private final int index;
  private final WorkerState state = new WorkerState();
  private final SpinBudget budget;
  private final SpinClock clock = new SpinClock();

  /** Kept from run to run while the worker is hot, so that a run costs no access to the shared budget. */
  private boolean permit;

  PoolWorker(WorkerPool pool, Dispatch dispatch, int index, SpinBudget budget) {
    super("tern-worker-" + index);
    this.pool = pool;
    this.dispatch = dispatch;
    this.index = index;
    this.budget = budget;
    setDaemon(true);
  }

  WorkerPool pool() {
    return pool;
  }

  int index() {
    return index;
  }

  WorkerState state() {
    return state;
  }

  @Override
  public void run() {
    long seen = 0;
    while (true) {
      seen = awaitOtherThan(seen);
      if (dispatch.stopping) {
        break;
      }
      // Who takes no part must not touch the other fields: the caller does not wait for it.
      if (index < Dispatch.active(seen)) {
        work(seen);
      }
    }
    releasePermit();
  }

  private void work(long ticket) {
    try {
      dispatch.runBand(index, Dispatch.active(ticket));
    } catch (Throwable failure) {
      state.failure = failure;
    }
    state.done = ticket;
    LockSupport.unpark(dispatch.parkedCaller);
  }

  private long awaitOtherThan(long seen) {
    long ticket = dispatch.ticket;
    if (ticket == seen && (permit || budget.tryAcquire(CALLERS))) {
      permit = true;
      ticket = spin(seen);
    }
    if (ticket == seen) {
      releasePermit();
      ticket = park(seen);
    }
    return ticket;
  }

  private long spin(long seen) {
    clock.start(SPIN_NANOS);
    long ticket = dispatch.ticket;
    while (ticket == seen && clock.goOn()) {
      Thread.onSpinWait();
      ticket = dispatch.ticket;
    }
    return ticket;
  }

  private long park(long seen) {
    state.parked = true;
    long ticket = dispatch.ticket;
    while (ticket == seen) {
      LockSupport.park(this);
      Thread.interrupted(); // a task's interrupt must not turn parking into spinning
      ticket = dispatch.ticket;
    }
    state.parked = false;
    return ticket;
  }

  private void releasePermit() {
    if (permit) {
      permit = false;
      budget.release();
    }
  }
}

package dev.tern.kernel;

import dev.tern.kernel.PoolState.Dispatch;
import dev.tern.kernel.PoolState.WorkerState;
import java.util.concurrent.locks.LockSupport;

/** A thread of a {@link WorkerPool}: waits for a ticket and runs its band, unless the caller was faster. */
final class PoolWorker extends Thread {
  /** How long a worker spins for the next run: longer than what an engine does between two (sampling a token). */
  private static final long SPIN_NANOS = 500_000;

  /** Processors left to threads that call pools: they work while workers spin. */
  private static final int CALLERS = 1;

  private final WorkerPool pool;
  private final Dispatch dispatch;
  private final int index;
  private final WorkerState state;
  private final SpinBudget budget;
  private final SpinClock clock = new SpinClock();

  /** Kept from run to run while the worker is hot, so that a run costs no access to the shared budget. */
  private boolean permit;

  PoolWorker(WorkerPool pool, Dispatch dispatch, int index, WorkerState state, SpinBudget budget) {
    super("tern-worker-" + index);
    this.pool = pool;
    this.dispatch = dispatch;
    this.index = index;
    this.state = state;
    this.budget = budget;
    setDaemon(true);
  }

  WorkerPool pool() {
    return pool;
  }

  int index() {
    return index;
  }

  @Override
  public void run() {
    long seen = 0;
    while (true) {
      seen = awaitOtherThan(seen);
      if (dispatch.stopping) {
        break;
      }
      // Only who has claimed a band may look at the run: without that it may be over and another one begun.
      if (index < Dispatch.active(seen) && state.claim(seen)) {
        dispatch.runBand(index, state, seen);
        LockSupport.unpark(dispatch.parkedCaller);
      }
    }
    releasePermit();
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

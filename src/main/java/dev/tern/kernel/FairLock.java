package dev.tern.kernel;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/** Mutual exclusion in order of arrival that allocates nothing (a ticket lock whose waiters park). */
final class FairLock {
  private static final int SLOTS = 64;

  /** With more than {@link #SLOTS} waiters a wake-up can miss its thread, which then looks for itself this often. */
  private static final long LOOK_AGAIN_NANOS = 1_000_000;

  private final AtomicLong next = new AtomicLong();
  private final AtomicReferenceArray<Thread> waiters = new AtomicReferenceArray<>(SLOTS);
  private volatile long serving;

  void lock() {
    long ticket = next.getAndIncrement();
    if (serving != ticket) {
      await(ticket);
    }
  }

  void unlock() {
    long ticket = serving + 1;
    serving = ticket;
    LockSupport.unpark(waiters.get(slot(ticket)));
  }

  private void await(long ticket) {
    Thread current = Thread.currentThread();
    boolean interrupted = false;
    waiters.set(slot(ticket), current);
    while (serving != ticket) {
      LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
      interrupted |= Thread.interrupted();
    }
    waiters.compareAndSet(slot(ticket), current, null);
    if (interrupted) {
      current.interrupt();
    }
  }

  private static int slot(long ticket) {
    return (int) ticket & SLOTS - 1;
  }
}

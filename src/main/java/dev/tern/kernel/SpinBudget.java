package dev.tern.kernel;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many threads of this process may wait by spinning: as many as there are processors. More spinning threads than
 * processors take time from those that work, which is ruin; whoever gets no permit parks instead.
 */
final class SpinBudget {
  /** Shared by all pools of the process. */
  static final SpinBudget PROCESS = new SpinBudget(Runtime.getRuntime().availableProcessors());

  private final AtomicInteger free;

  SpinBudget(int permits) {
    free = new AtomicInteger(permits);
  }

  /** Takes a permit if that leaves at least {@code reserve} for others. */
  boolean tryAcquire(int reserve) {
    int now = free.get();
    while (now > reserve) {
      if (free.compareAndSet(now, now - 1)) {
        return true;
      }
      now = free.get();
    }
    return false;
  }

  void release() {
    free.incrementAndGet();
  }

  /** Permits nobody holds. */
  int free() {
    return free.get();
  }
}

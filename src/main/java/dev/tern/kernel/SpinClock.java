package dev.tern.kernel;

/**
 * Says how long to go on spinning: until the time is up, or others want the core. The thread that is waited for may be
 * one of them, so the core is offered now and then.
 */
final class SpinClock {
  /** Looking at the clock costs more than looking at a field. */
  private static final int CHECKS_PER_LOOK = 32;

  /** Long against the gap between two runs, short against a slice of the scheduler. */
  private static final long YIELD_NANOS = 20_000;

  /** A pause this long between two looks means that somebody else had the core. */
  private static final long PREEMPTED_NANOS = 100_000;

  private long end;
  private long last;
  private long nextYield;
  private int checks;

  void start(long nanos) {
    last = System.nanoTime();
    end = last + nanos;
    nextYield = last + YIELD_NANOS;
    checks = 0;
  }

  boolean goOn() {
    if (++checks < CHECKS_PER_LOOK) {
      return true;
    }
    checks = 0;
    if (last - nextYield > 0) {
      nextYield = last + YIELD_NANOS;
      Thread.yield();
    }
    long now = System.nanoTime();
    boolean preempted = now - last > PREEMPTED_NANOS;
    last = now;
    return !preempted && now - end < 0;
  }
}

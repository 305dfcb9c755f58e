package dev.tern.kernel;

/** Says how long to go on spinning: until the time is up, or the thread notices that it was taken off its core. */
final class SpinClock {
  /** Looking at the clock costs more than looking at a field. */
  private static final int CHECKS_PER_LOOK = 32;

  /** A pause this long between two looks means that the scheduler has others to run. */
  private static final long PREEMPTED_NANOS = 100_000;

  private long end;
  private long last;
  private int checks;

  void start(long nanos) {
    last = System.nanoTime();
    end = last + nanos;
    checks = 0;
  }

  boolean goOn() {
    if (++checks < CHECKS_PER_LOOK) {
      return true;
    }
    checks = 0;
    long now = System.nanoTime();
    boolean preempted = now - last > PREEMPTED_NANOS;
    last = now;
    return !preempted && now - end < 0;
  }
}

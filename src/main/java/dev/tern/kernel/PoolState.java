package dev.tern.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What the caller of a {@link WorkerPool} and its workers tell each other, each kind in cache lines of its own: HotSpot
 * lays out the fields of a superclass before those of its subclass, so fields between two paddings share no line with
 * anything else. (Two lines each, because processors fetch them in pairs.)
 */
final class PoolState {
  private PoolState() {}

  /** Padding in front. */
  static class Front {
    long f00;
    long f01;
    long f02;
    long f03;
    long f04;
    long f05;
    long f06;
    long f07;
    long f08;
    long f09;
    long f10;
    long f11;
    long f12;
    long f13;
    long f14;
    long f15;
  }

  /** Written by the caller, read by all workers. */
  static class DispatchFields extends Front {
    /** Serial number of the run, times 65,536, plus the number of workers that take part; written last. */
    volatile long ticket;

    int items;
    boolean stopping;
    WorkerPool.Task task;

    /** The caller while it is parked until workers are done, else null. */
    volatile Thread parkedCaller;
  }

  /** Written by one worker, or by the caller in its place, and read by the caller. */
  static class WorkerFields extends Front {
    /** The last ticket whose band somebody has begun. */
    volatile long claimed;

    /** The last ticket whose band is finished. */
    volatile long done;

    volatile boolean parked;

    /** What the task threw in run {@link #done}, or null. */
    Throwable failure;
  }

  /** {@link DispatchFields} with padding behind. */
  static final class Dispatch extends DispatchFields {
    static final int ACTIVE_BITS = 16;
    static final int MAX_ACTIVE = (1 << ACTIVE_BITS) - 1;

    long b00;
    long b01;
    long b02;
    long b03;
    long b04;
    long b05;
    long b06;
    long b07;
    long b08;
    long b09;
    long b10;
    long b11;
    long b12;
    long b13;
    long b14;
    long b15;

    /** Workers that take part in the run of a ticket. */
    static int active(long ticket) {
      return (int) ticket & MAX_ACTIVE;
    }

    /** The ticket after the current one. */
    long next(int active) {
      return ((ticket >>> ACTIVE_BITS) + 1) << ACTIVE_BITS | active;
    }

    /** Runs the band of a worker, by whoever has claimed it. */
    void runBand(int worker, WorkerState state, long ticket) {
      int active = active(ticket);
      int from = (int) ((long) items * worker / active);
      int to = (int) ((long) items * (worker + 1) / active);
      try {
        task.run(from, to, worker);
      } catch (Throwable failure) {
        state.failure = failure;
      }
      state.done = ticket;
    }
  }

  /** {@link WorkerFields} with padding behind. */
  static final class WorkerState extends WorkerFields {
    private static final VarHandle CLAIMED = handle();

    long b00;
    long b01;
    long b02;
    long b03;
    long b04;
    long b05;
    long b06;
    long b07;
    long b08;
    long b09;
    long b10;
    long b11;
    long b12;
    long b13;
    long b14;
    long b15;

    private static VarHandle handle() {
      try {
        return MethodHandles.lookup().findVarHandle(WorkerFields.class, "claimed", long.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    /** Takes the band of a run; false if somebody has it, or the run is over. */
    boolean claim(long ticket) {
      long last = claimed;
      return last < ticket && CLAIMED.compareAndSet(this, last, ticket);
    }
  }
}

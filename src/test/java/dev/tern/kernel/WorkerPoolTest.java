package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WorkerPoolTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyItemIsDoneOnceInContiguousBands(int count) {
    try (WorkerPool pool = new WorkerPool(count)) {
      for (int items : new int[] {0, 1, 2, 3, 7, 8, 9, 100}) {
        AtomicIntegerArray done = new AtomicIntegerArray(items);
        AtomicIntegerArray owner = new AtomicIntegerArray(items);
        pool.run(
            items,
            (from, to, worker) -> {
              assertTrue(worker < count);
              for (int i = from; i < to; i++) {
                done.incrementAndGet(i);
                owner.set(i, worker);
              }
            });
        for (int i = 0; i < items; i++) {
          assertEquals(1, done.get(i));
          assertTrue(i == 0 || owner.get(i) >= owner.get(i - 1), "bands follow the workers");
        }
      }
    }
  }

  @Test
  void writesOfTasksAreVisibleToTheCallerAndTheNextRun() {
    int[] values = new int[64];
    try (WorkerPool pool = new WorkerPool(4)) {
      for (int round = 0; round < 20_000; round++) {
        // Plain memory, and each time another worker does an item.
        int shift = round % values.length;
        pool.run(
            values.length,
            (from, to, _) -> {
              for (int i = from; i < to; i++) {
                values[(i + shift) % values.length]++;
              }
            });
        assertEquals(round + 1, values[round % values.length]);
      }
    }
    int[] expected = new int[values.length];
    Arrays.fill(expected, 20_000);
    assertArrayEquals(expected, values);
  }

  @Test
  void workersWakeAfterAPause() {
    AtomicInteger total = new AtomicInteger();
    try (WorkerPool pool = new WorkerPool(3)) {
      for (int i = 0; i < 20; i++) {
        pool.run(3, (from, to, _) -> total.addAndGet(to - from));
        LockSupport.parkNanos(i * 200_000L);
      }
    }
    assertEquals(60, total.get());
  }

  @Test
  void anExceptionReachesTheCallerAndThePoolStaysUsable() {
    try (WorkerPool pool = new WorkerPool(3)) {
      for (int thrower = 0; thrower < 3; thrower++) {
        int guilty = thrower;
        IllegalArgumentException failure = new IllegalArgumentException("worker " + guilty);
        AtomicInteger others = new AtomicInteger();
        var caught =
            assertThrows(
                IllegalArgumentException.class,
                () ->
                    pool.run(
                        3,
                        (_, _, worker) -> {
                          if (worker == guilty) {
                            throw failure;
                          }
                          others.incrementAndGet();
                        }));
        assertSame(failure, caught);
        assertEquals(2, others.get());
      }
      AtomicInteger items = new AtomicInteger();
      pool.run(10, (from, to, _) -> items.addAndGet(to - from));
      assertEquals(10, items.get());
    }
  }

  @Test
  void allFailuresAreReported() {
    try (WorkerPool pool = new WorkerPool(3)) {
      var caught =
          assertThrows(
              IllegalStateException.class,
              () ->
                  pool.run(
                      3,
                      (_, _, worker) -> {
                        throw new IllegalStateException("worker " + worker);
                      }));
      assertEquals(2, caught.getSuppressed().length);
      IllegalStateException shared = new IllegalStateException("the same for all");
      caught =
          assertThrows(
              IllegalStateException.class,
              () ->
                  pool.run(
                      3,
                      (_, _, _) -> {
                        throw shared;
                      }));
      assertSame(shared, caught);
      assertEquals(0, caught.getSuppressed().length);
    }
  }

  @Test
  void errorsOfWorkersReachTheCaller() {
    try (WorkerPool pool = new WorkerPool(2)) {
      assertThrows(
          StackOverflowError.class,
          () ->
              pool.run(
                  2,
                  (_, _, worker) -> {
                    if (worker == 1) {
                      throw new StackOverflowError();
                    }
                  }));
    }
  }

  @Test
  void aNestedRunIsDoneByTheWorkerThatAsks() {
    try (WorkerPool pool = new WorkerPool(3)) {
      AtomicInteger inner = new AtomicInteger();
      pool.run(
          3,
          (_, _, outer) ->
              pool.run(
                  10,
                  (from, to, worker) -> {
                    assertEquals(outer, worker);
                    inner.addAndGet(to - from);
                  }));
      assertEquals(30, inner.get());
    }
  }

  @Test
  void aTaskMustNotCloseThePool() {
    WorkerPool pool = new WorkerPool(3);
    assertThrows(IllegalStateException.class, () -> pool.run(3, (_, _, _) -> pool.close()));
    pool.close();
  }

  @Test
  void aTaskMayUseAnotherPool() {
    AtomicInteger inner = new AtomicInteger();
    try (WorkerPool first = new WorkerPool(2);
        WorkerPool second = new WorkerPool(2)) {
      first.run(2, (_, _, _) -> second.run(10, (from, to, _) -> inner.addAndGet(to - from)));
    }
    assertEquals(20, inner.get());
  }

  @Test
  void onlyOneRunIsInProgress() throws InterruptedException {
    AtomicInteger callersInside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger items = new AtomicInteger();
    try (WorkerPool pool = new WorkerPool(2)) {
      Thread[] threads = new Thread[4];
      for (int t = 0; t < threads.length; t++) {
        threads[t] =
            Thread.ofVirtual()
                .start(
                    () -> {
                      for (int r = 0; r < 300; r++) {
                        pool.run(
                            5,
                            (from, to, worker) -> {
                              items.addAndGet(to - from);
                              if (worker == 0) {
                                most.accumulateAndGet(callersInside.incrementAndGet(), Math::max);
                                callersInside.decrementAndGet();
                              }
                            });
                      }
                    });
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertEquals(1, most.get());
    assertEquals(4 * 300 * 5, items.get());
  }

  @Test
  void moreWorkersThanCoresMakeProgress() throws InterruptedException {
    int count = 4 * Runtime.getRuntime().availableProcessors();
    AtomicLong total = new AtomicLong();
    try (WorkerPool first = new WorkerPool(count);
        WorkerPool second = new WorkerPool(count)) {
      Thread other =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int r = 0; r < 500; r++) {
                      second.run(count, (from, to, _) -> total.addAndGet(to - from));
                    }
                  });
      for (int r = 0; r < 500; r++) {
        first.run(count, (from, to, _) -> total.addAndGet(to - from));
      }
      other.join();
    }
    assertEquals(1000L * count, total.get());
  }

  @Test
  void anInterruptOfTheCallerIsKeptAndDoesNotCutTheRunShort() {
    try (WorkerPool pool = new WorkerPool(2)) {
      AtomicInteger done = new AtomicInteger();
      Thread.currentThread().interrupt();
      pool.run(
          2,
          (_, _, worker) -> {
            long end = System.nanoTime() + worker * 3_000_000L;
            while (System.nanoTime() < end) {
              Thread.onSpinWait();
            }
            done.incrementAndGet();
          });
      assertEquals(2, done.get());
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void closeEndsTheThreadsAndMayBeRepeated() {
    List<Thread> seen = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(4);
    WorkerPool pool = new WorkerPool(4);
    pool.run(
        4,
        (_, _, _) -> {
          synchronized (seen) {
            seen.add(Thread.currentThread());
          }
          all.countDown();
          awaitQuietly(all);
        });
    assertEquals(4, seen.stream().distinct().count());
    assertTrue(seen.contains(Thread.currentThread()));
    pool.close();
    assertDoesNotThrow(pool::close);
    for (Thread thread : seen) {
      assertTrue(thread == Thread.currentThread() || !thread.isAlive());
      assertTrue(thread == Thread.currentThread() || thread.isDaemon());
    }
    var refused = assertThrows(IllegalStateException.class, () -> pool.run(1, (_, _, _) -> {}));
    assertTrue(refused.getMessage().contains("closed"));
  }

  /** A worker that is late, here because it does not get a core, must not hold up a run. */
  @Test
  void theCallerDoesWhatNoWorkerHasBegun() {
    PoolState.Dispatch dispatch = new PoolState.Dispatch();
    PoolState.WorkerState state = new PoolState.WorkerState();
    AtomicInteger runs = new AtomicInteger();
    dispatch.task = (_, _, _) -> runs.incrementAndGet();
    dispatch.items = 2;
    long first = dispatch.next(2);
    assertTrue(state.claim(first));
    assertFalse(state.claim(first), "a band is begun once");
    dispatch.runBand(1, state, first);
    assertEquals(first, state.done);
    dispatch.ticket = first;
    long second = dispatch.next(2);
    assertTrue(state.claim(second));
    assertFalse(state.claim(first), "who is late finds the run over");
    assertEquals(1, runs.get());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void spinPermitsComeBack() {
    SpinBudget budget = new SpinBudget(3);
    try (WorkerPool pool = new WorkerPool(5, budget)) {
      for (int i = 0; i < 200; i++) {
        pool.run(5, (_, _, _) -> {});
        assertTrue(budget.free() >= 0);
      }
    }
    assertEquals(3, budget.free());
  }

  @Test
  void aRunAllocatesNothing() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    WorkerPool.Task task = (_, _, _) -> {};
    try (WorkerPool pool = new WorkerPool(3)) {
      pool.run(3, task);
      threads.getCurrentThreadAllocatedBytes();
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 500; i++) {
        pool.run(3, task);
      }
      assertEquals(before, threads.getCurrentThreadAllocatedBytes());
    }
  }

  @Test
  void wrongArgumentsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new WorkerPool(0));
    assertThrows(IllegalArgumentException.class, () -> new WorkerPool(1 << 16));
    try (WorkerPool pool = new WorkerPool(1)) {
      assertThrows(IllegalArgumentException.class, () -> pool.run(-1, (_, _, _) -> {}));
    }
  }

  @Test
  void theDefaultIsWithinTheProcessorsAvailable() {
    int count = WorkerPool.defaultCount();
    assertFalse(count < 1 || count > Runtime.getRuntime().availableProcessors());
  }
}

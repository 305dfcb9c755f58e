package dev.tern.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets Ctrl-C end a run in order: what is running is told to stop and gets a moment to finish its output. */
final class InterruptedRun {
  private static final long PATIENCE_SECONDS = 5;

  private static final CountDownLatch FINISHED = new CountDownLatch(1);

  private InterruptedRun() {}

  /** Runs {@code stop} when the process is interrupted before {@link #finished}. */
  static void onInterrupt(Runnable stop) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      if (FINISHED.getCount() > 0) {
                        stop.run();
                        await();
                      }
                    }));
  }

  /** The command has ended: shutting down has nothing to wait for. */
  static void finished() {
    FINISHED.countDown();
  }

  private static void await() {
    try {
      boolean ended = FINISHED.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        System.err.println("tern: interrupted");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

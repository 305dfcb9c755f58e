package dev.tern.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A line on the terminal about something that takes longer than a second; nothing where there is no terminal. */
final class Progress implements AutoCloseable {
  private static final String ERASE = "\r\u001b[K";

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread thread;

  private Progress(String what) {
    thread = Thread.ofPlatform().daemon().name("progress").unstarted(() -> show(what));
  }

  static Progress start(String what) {
    Progress progress = new Progress(what);
    if (System.console() != null && System.console().isTerminal()) {
      progress.thread.start();
    }
    return progress;
  }

  private void show(String what) {
    try {
      for (int seconds = 1; !done.await(1, TimeUnit.SECONDS); seconds++) {
        System.err.print(ERASE + what + " … " + seconds + " s");
        System.err.flush();
      }
      System.err.print(ERASE);
      System.err.flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Removes the line. */
  @Override
  public void close() {
    done.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

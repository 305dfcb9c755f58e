package dev.tern.kernel.simd;

import dev.tern.kernel.scalar.ScalarVector;
import java.util.function.Consumer;

/**
 * Finds out whether the JVM turns vectors into instructions or into objects on the heap. A vector loop is ten times as
 * fast as a plain one in the first case and slower in the second, whatever the cause.
 */
public final class SelfTest {
  private static final int VALUES = 1024;

  /** All attempts together are more calls than HotSpot sees before it compiles a method. */
  static final int ATTEMPTS = 50;

  private static final int REPEATS = 100;
  private static final long PAUSE_MILLIS = 50;

  /** By then a program that does something has compiled its kernels, and a short one is left in peace. */
  private static final long DELAY_MILLIS = 2000;

  private static final String MESSAGE =
      "Vector kernels run slower than plain loops: the JVM does not compile them as it should. "
          + "Start java without options that switch compilers or -XX:EnableVectorSupport off, "
          + "or choose plain loops with -Dtern.kernels=scalar.";

  private final float[] values = new float[VALUES];

  /** Keeps the sums from being optimized away. */
  private double sum;

  /** Runs the test in the background after a while, and hands over a warning if vectors stay slow. */
  public static void runLater(Consumer<String> warning) {
    Thread.ofPlatform().daemon().name("tern-self-test").start(() -> run(warning));
  }

  private static void run(Consumer<String> warning) {
    try {
      Thread.sleep(DELAY_MILLIS);
      if (!new SelfTest().vectorsBecomeFast(ATTEMPTS)) {
        warning.accept(MESSAGE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // whoever does that wants no answer
    }
  }

  /** Gives the compilers some seconds; mostly the loop is in use and compiled already. */
  boolean vectorsBecomeFast(int attempts) throws InterruptedException {
    for (int attempt = 0; attempt < attempts; attempt++) {
      long vector = Long.MAX_VALUE;
      long plain = Long.MAX_VALUE;
      for (int i = 0; i < REPEATS; i++) {
        vector = Math.min(vector, time(this::vectorLoop));
        plain = Math.min(plain, time(this::plainLoop));
      }
      if (vector < plain) {
        return true;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    return false;
  }

  private static long time(Runnable loop) {
    long start = System.nanoTime();
    loop.run();
    return System.nanoTime() - start;
  }

  private void vectorLoop() {
    sum += RowLoops.squaresOfVectors(values, 0, VALUES);
  }

  private void plainLoop() {
    sum += ScalarVector.sumOfSquares(values, 0, VALUES);
  }
}

package dev.tern.kernel.simd;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Products;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.Codebook;
import dev.tern.quant.Layout;
import dev.tern.quant.Weights;
import dev.tern.tensor.Activations;
import java.lang.foreign.Arena;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has the kernels of prefill compiled, once per process and layout: a thread multiplies a small matrix again and again
 * until that is fast. Many short calls make HotSpot compile the kernel as a whole, always after the same past; a long
 * call, such as that of a large matrix, is replaced in the midst of its loop by code that makes objects of the vectors.
 */
final class WarmUp {
  /** A call with compiled kernels takes a fourth of that at most, an interpreted one several times as long. */
  private static final long FAST_NANOS = 25_000;

  /** Calls that are timed together. */
  private static final int CALLS = 50;

  /** By then the compiler is busy with something else, or the kernels do not become fast. */
  private static final long LIMIT_NANOS = 4_000_000_000L;

  /** One block: longer loops would be replaced while they run, before the kernel is compiled as a whole. */
  private static final int COLS = 32;

  private static final int ROWS = Gemm.STEP_ROWS;
  private static final int TOKENS = 3;

  private static final WarmUp[] BY_LAYOUT = new WarmUp[Layout.values().length];

  static {
    for (int i = 0; i < BY_LAYOUT.length; i++) {
      BY_LAYOUT[i] = new WarmUp(Layout.values()[i]);
    }
  }

  private final Layout layout;
  private final AtomicBoolean started = new AtomicBoolean();
  private final CountDownLatch over = new CountDownLatch(1);

  private WarmUp(Layout layout) {
    this.layout = layout;
  }

  static WarmUp of(Layout layout) {
    return BY_LAYOUT[layout.ordinal()];
  }

  static boolean isOver(Layout layout) {
    return of(layout).over.getCount() == 0;
  }

  /** Starts it in the background; does nothing if that has happened. */
  void start(Codebook codebook, ActivationPrecision precision) {
    if (!started.getAndSet(true)) {
      Thread.ofPlatform().daemon().name("tern-warm-up").start(() -> run(codebook, precision));
    }
  }

  /** Returns when it is over, or this thread is interrupted. */
  void await() {
    try {
      over.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // whoever multiplies goes on with interpreted kernels
    }
  }

  private void run(Codebook codebook, ActivationPrecision precision) {
    try (WorkerPool pool = new WorkerPool(1);
        Arena arena = Arena.ofConfined()) {
      SimdMatrix kernels = new SimdMatrix(pool, precision);
      Weights weights =
          new Weights("warm-up", layout, codebook, ROWS, COLS, arena.allocate(layout.bytes(ROWS, COLS), 64));
      Activations in = Activations.of(TOKENS, COLS);
      Activations out = Activations.of(TOKENS, ROWS);
      Products products = new Products();
      long end = System.nanoTime() + LIMIT_NANOS;
      long start = System.nanoTime();
      long elapsed = Long.MAX_VALUE;
      while (elapsed > CALLS * FAST_NANOS && start < end) {
        for (int i = 0; i < CALLS; i++) {
          kernels.multiplyHot(products.start(false).add(weights, in, out));
        }
        elapsed = System.nanoTime() - start;
        start += elapsed;
      }
    } finally {
      over.countDown();
    }
  }
}

package dev.tern.kernel.simd;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Products;
import dev.tern.kernel.scalar.PlainTiles;
import dev.tern.quant.Weights;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The first moments of a program, in which the kernels of prefill are not compiled and plain loops are faster: a vector
 * operation that is interpreted takes thousands of cycles, and compiling a large kernel takes seconds. The results are
 * the same, bit for bit, so it does not matter when those moments end. A short prompt is all done by then; with more to
 * come, {@link WarmUp} has the kernels compiled in the background.
 */
final class ColdStart {
  /** Nanoseconds of plain loops that are cheaper than compiling. */
  private static final long PATIENCE = 1_000_000_000;

  /** Multiply-adds of an operation that had better wait for its kernel: a prompt of dozens of tokens. */
  private static final long LARGE = 1L << 29;

  private static final AtomicLong SPENT = new AtomicLong();

  private final ActivationPrecision precision;
  private final PlainTiles plain;

  ColdStart(PlainTiles plain, ActivationPrecision precision) {
    this.plain = plain;
    this.precision = precision;
  }

  /** Multiplies in plain loops, unless the kernels are ready or nearly so; returns whether it did. */
  boolean multiply(Products products) {
    if (!isCold(products)) {
      return false;
    }
    boolean large = PlainTiles.work(products) > LARGE;
    if (large || SPENT.get() > PATIENCE) {
      warmUp(products, large);
    }
    if (large) {
      return false;
    }
    long start = System.nanoTime();
    plain.multiply(products);
    SPENT.addAndGet(System.nanoTime() - start);
    return true;
  }

  private boolean isCold(Products products) {
    boolean cold = false;
    for (int i = 0; i < products.count(); i++) {
      Weights weights = products.get(i).weights;
      if (!plain.supports(weights)) {
        return false;
      }
      cold |= !WarmUp.isOver(weights.layout());
    }
    return cold;
  }

  private void warmUp(Products products, boolean wait) {
    for (int i = 0; i < products.count(); i++) {
      Weights weights = products.get(i).weights;
      WarmUp.of(weights.layout()).start(weights.codebook(), precision);
    }
    for (int i = 0; wait && i < products.count(); i++) {
      WarmUp.of(products.get(i).weights.layout()).await();
    }
  }
}

package dev.tern.kernel.simd;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Products;
import dev.tern.kernel.scalar.PlainTiles;
import dev.tern.quant.Weights;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The first moments of a program, in which the vector kernels are not compiled and plain loops are faster: a vector
 * operation that is interpreted takes thousands of cycles, and compiling takes seconds. The results are the same, bit
 * for bit, so it does not matter when those moments end: for the products of prefill when {@link WarmUp} has had their
 * kernels compiled in the background, which a short prompt does not wait for; for row operations and attention, in
 * prefill and decoding, after some number of values or with the first long prompt.
 */
final class ColdStart {
  /** Nanoseconds of plain loops that are cheaper than compiling. */
  private static final long PATIENCE = 1_000_000_000;

  /** Multiply-adds of an operation that had better wait for its kernel: a prompt of dozens of tokens. */
  private static final long LARGE = 1L << 29;

  /** Tokens of a prompt that is worth compiling the row operations and attention. */
  private static final int LONG = 64;

  /**
   * Values that row operations and attention treat in plain loops. Those lose a tenth of a token's time, and the vector
   * loops, with all of the Vector API below them, take about that of a hundred tokens to be compiled.
   */
  private static final int MOST_VALUES = 1 << 24;

  private static final AtomicLong SPENT = new AtomicLong();

  /** What is left of {@link #MOST_VALUES}. Shared by threads without care: the bits are the same either way. */
  static int valuesLeft;

  private static boolean begun;

  private final ActivationPrecision precision;
  private final PlainTiles plain;

  ColdStart(PlainTiles plain, ActivationPrecision precision) {
    this.plain = plain;
    this.precision = precision;
  }

  /** From here on {@link #isCold(int)}, if this is the first time. */
  static synchronized void begin() {
    if (!begun) {
      begun = true;
      valuesLeft = MOST_VALUES;
    }
  }

  /** Long prompts are for vector loops. */
  static void end() {
    valuesLeft = 0;
  }

  /** Whether a row operation had better be a plain loop over this many values, which gives the same bits. */
  static boolean isCold(int values) {
    if (valuesLeft <= 0) {
      return false;
    }
    valuesLeft -= values;
    return true;
  }

  /** Multiplies in plain loops, unless the kernels are ready or nearly so; returns whether it did. */
  boolean multiply(Products products) {
    if (products.get(0).rows >= LONG) {
      end();
    }
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
    end();
    for (int i = 0; i < products.count(); i++) {
      Weights weights = products.get(i).weights;
      WarmUp.of(weights.layout()).start(weights.codebook(), precision);
    }
    for (int i = 0; wait && i < products.count(); i++) {
      WarmUp.of(products.get(i).weights.layout()).await();
    }
  }
}

package dev.tern.kernel.scalar;

import dev.tern.kernel.Products;
import dev.tern.kernel.Products.Product;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.Weights;
import java.util.function.Predicate;

/**
 * Prefill in plain loops with the very rounding of the vector kernels. For the first moments of a program, when vector
 * kernels are not compiled yet and a plain loop is faster; the result is the same, bit for bit, so that nothing depends
 * on when that moment ends.
 */
public final class PlainTiles {
  private final Predicate<Weights> wholeNumbers;
  private final PlainNibbles nibbles;
  private final PlainFloats floats;

  /**
   * @param wholeNumbers the matrices whose 4-bit codes the vector kernels multiply with activations of 8 bits
   */
  public PlainTiles(WorkerPool pool, Predicate<Weights> wholeNumbers) {
    this.wholeNumbers = wholeNumbers;
    nibbles = new PlainNibbles(pool);
    floats = new PlainFloats(pool);
  }

  /** Whether there is a plain loop that gives the same as the vector kernels. */
  public boolean supports(Weights weights) {
    return wholeNumbers.test(weights) || PlainFloats.supports(weights);
  }

  /** Multiply-adds of all products. */
  public static long work(Products products) {
    long work = 0;
    for (int i = 0; i < products.count(); i++) {
      Product product = products.get(i);
      work += (long) product.rows * product.weights.rows() * product.weights.cols();
    }
    return work;
  }

  /** Runs all products, one after the other. */
  public void multiply(Products products) {
    for (int i = 0; i < products.count(); i++) {
      Product product = products.get(i);
      if (wholeNumbers.test(product.weights)) {
        nibbles.multiply(product);
      } else {
        floats.multiply(product);
      }
    }
  }
}

package dev.tern.kernel.scalar;

import dev.tern.kernel.Products;
import dev.tern.kernel.Products.Product;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.Unpacking;
import dev.tern.quant.Weights;
import java.util.Arrays;

/**
 * Prefill in plain loops with the very rounding of the float tiles of the vector kernels: one multiply-add per column,
 * in order. For the first moments of a program, when vector kernels are not compiled yet and a plain loop is faster;
 * the result is the same, bit for bit, so that nothing depends on when that moment ends.
 */
public final class PlainTiles implements WorkerPool.Task {
  /** Rows of weights that are multiplied together: independent sums that the processor overlaps. */
  private static final int ROWS = 4;

  private final WorkerPool pool;
  private final boolean wholeNumbers;
  private final PlainNibbles nibbles;
  private final float[][] decoded;
  private Product product;

  /**
   * @param wholeNumbers whether the vector kernels multiply 4-bit codes with activations of 8 bits
   */
  public PlainTiles(WorkerPool pool, boolean wholeNumbers) {
    this.pool = pool;
    this.wholeNumbers = wholeNumbers;
    nibbles = new PlainNibbles(pool);
    decoded = new float[pool.count()][0];
  }

  /** Whether weights are decoded without rounding that depends on how it is done. */
  public boolean supports(Weights weights) {
    return switch (weights.layout()) {
      case F32, F16, BF16, Q8, Q8_K16 -> true;
      case Q4, Q4_K -> wholeNumbers && PlainNibbles.supports(weights);
      default -> false;
    };
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
      product = products.get(i);
      if (product.weights.layout().codeBits() == 4) {
        nibbles.multiply(product);
      } else {
        pool.run(Math.ceilDiv(product.weights.rows(), ROWS), this);
      }
    }
    product = null;
  }

  @Override
  public void run(int from, int to, int worker) {
    int cols = product.weights.cols();
    if (decoded[worker].length < ROWS * cols) {
      decoded[worker] = new float[ROWS * cols];
    }
    for (int group = from; group < to; group++) {
      int row = group * ROWS;
      int count = Math.min(ROWS, product.weights.rows() - row);
      if (count < ROWS) {
        Arrays.fill(decoded[worker], 0);
      }
      for (int i = 0; i < count; i++) {
        Unpacking.row(product.weights, row + i, decoded[worker], i * cols);
      }
      for (int token = 0; token < product.rows; token++) {
        multiply(row, count, token, decoded[worker]);
      }
    }
  }

  private void multiply(int row, int count, int token, float[] w) {
    int cols = product.weights.cols();
    float[] x = product.in.data();
    int at = product.in.offset(product.inRow + token);
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (int i = 0; i < cols; i++) {
      float value = x[at + i];
      a = Math.fma(value, w[i], a);
      b = Math.fma(value, w[cols + i], b);
      c = Math.fma(value, w[2 * cols + i], c);
      d = Math.fma(value, w[3 * cols + i], d);
    }
    float[] out = product.out.data();
    int to = product.out.offset(product.outRow + token) + row;
    for (int i = 0; i < count; i++) {
      out[to + i] =
          switch (i) {
            case 0 -> a;
            case 1 -> b;
            case 2 -> c;
            default -> d;
          };
    }
  }
}

package dev.tern.kernel.simd;

import dev.tern.kernel.Products;
import dev.tern.kernel.Products.Product;
import dev.tern.quant.Layout;

/** Splits a list of products into contiguous bands of panels of about equal work. */
final class Bands {
  private long[] starts = new long[1];
  private long[] costs = new long[0];

  /** Measures the work: bytes to read where decoding, arithmetic otherwise. */
  void measure(Products products, int step) {
    int count = products.count();
    if (costs.length < count) {
      starts = new long[2 * count + 1];
      costs = new long[2 * count];
    }
    for (int i = 0; i < count; i++) {
      Product product = products.get(i);
      long cost =
          products.decode() ? product.weights.layout().panelBytes(product.weights.cols()) : product.weights.cols();
      costs[i] = product.rows == 0 ? 0 : cost * (products.decode() ? 1 : product.rows + 16L);
      starts[i + 1] = starts[i] + costs[i] * steps(product, step);
    }
  }

  /** Groups of {@code step} panels in a product. */
  static int steps(Product product, int step) {
    return Math.ceilDiv(Layout.panels(product.weights.rows()), step);
  }

  /**
   * The first step of product {@code index} that starts at or after the beginning of band {@code band} of {@code of}.
   */
  int first(int index, int steps, int count, int band, int of) {
    if (costs[index] == 0) {
      return steps;
    }
    long from = Math.ceilDiv(starts[count] * band, of) - starts[index];
    return Math.clamp(Math.ceilDiv(from, costs[index]), 0, steps);
  }
}

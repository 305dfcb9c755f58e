package dev.tern.kernel.simd;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Products;
import dev.tern.kernel.Products.Product;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.Layout;

/** Prefill: every worker takes a contiguous band of the panels of all products and multiplies them with all tokens. */
final class Gemm implements WorkerPool.Task {
  /** Panels that are multiplied together. */
  static final int STEP = 2;

  /** Rows of as many panels. */
  static final int STEP_ROWS = STEP * Layout.PANEL;

  private final ActivationPrecision precision;
  private final Scratch[] scratch;
  private final TokenTiles tokenTiles;
  private final Bands bands = new Bands();
  private Products products;

  Gemm(ActivationPrecision precision, Scratch[] scratch) {
    this.precision = precision;
    this.scratch = scratch;
    tokenTiles = new TokenTiles(scratch);
  }

  void multiply(Products products, WorkerPool pool) {
    this.products = products;
    if (precision == ActivationPrecision.INT8) {
      tokenTiles.quantize(products, pool);
    }
    bands.measure(products, STEP);
    pool.run(pool.count(), this);
    this.products = null;
  }

  @Override
  public void run(int from, int to, int worker) {
    int bandCount = scratch.length;
    for (int i = 0; i < products.count(); i++) {
      Product product = products.get(i);
      int steps = Bands.steps(product, STEP);
      int first = bands.first(i, steps, products.count(), from, bandCount);
      int last = bands.first(i, steps, products.count(), to, bandCount);
      if (Int16Gemm.supports(product.weights, precision)) {
        Int16Gemm.multiply(product, i, first, last, tokenTiles, scratch[worker]);
      } else {
        FloatGemm.multiply(product, first, last, scratch[worker]);
      }
    }
  }
}

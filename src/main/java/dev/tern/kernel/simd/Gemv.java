package dev.tern.kernel.simd;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Products;
import dev.tern.kernel.Products.Product;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.Layout;
import dev.tern.quant.Weights;
import dev.tern.tensor.Activations;

/** Decoding: every panel of the weights is read once and multiplied with all rows. */
final class Gemv implements WorkerPool.Task {
  private final ActivationPrecision precision;
  private final Scratch[] scratch;
  private final Bands bands = new Bands();
  private Products products;

  Gemv(ActivationPrecision precision, Scratch[] scratch) {
    this.precision = precision;
    this.scratch = scratch;
  }

  void multiply(Products products, WorkerPool pool) {
    this.products = products;
    bands.measure(products, 1);
    pool.run(pool.count(), this);
    this.products = null;
  }

  @Override
  public void run(int from, int to, int worker) {
    Scratch scratch = this.scratch[worker];
    scratch.start();
    int bandCount = this.scratch.length;
    for (int i = 0; i < products.count(); i++) {
      Product product = products.get(i);
      int panels = Layout.panels(product.weights.rows());
      int first = bands.first(i, panels, products.count(), from, bandCount);
      int last = bands.first(i, panels, products.count(), to, bandCount);
      for (int panel = first; panel < last; panel++) {
        for (int t = 0; t < product.rows; t++) {
          row(product, panel, t, scratch);
        }
      }
    }
  }

  private void row(Product product, int panel, int t, Scratch scratch) {
    Weights weights = product.weights;
    int row = panel * Layout.PANEL;
    long w = panel * weights.layout().panelBytes(weights.cols());
    if (precision == ActivationPrecision.INT8 && weights.layout() == Layout.Q4) {
      quantized(weights, w, scratch.quantized(product.in, product.inRow + t), scratch.sums);
    } else {
      exact(weights, w, product.in, product.inRow + t, scratch);
    }
    int at = product.out.offset(product.outRow + t) + row;
    System.arraycopy(scratch.sums, 0, product.out.data(), at, Math.min(Layout.PANEL, weights.rows() - row));
  }

  private static void quantized(Weights weights, long w, Quantized x, float[] sums) {
    int blocks = weights.layout().blocks(weights.cols());
    for (int part = 0; part < Lanes.PARTS; part++) {
      Q4Kernels.gemv(weights.data(), w, part, blocks, x, sums, 0);
    }
  }

  private static void exact(Weights weights, long w, Activations in, int row, Scratch scratch) {
    Layout layout = weights.layout();
    boolean pad = weights.cols() % layout.blockColumns() != 0;
    float[] x = pad ? scratch.padded(in, row) : in.data();
    int at = pad ? 0 : in.offset(row);
    int blocks = layout.blocks(weights.cols());
    for (int part = 0; part < Lanes.PARTS; part++) {
      switch (layout) {
        case F32 -> F32Kernels.gemv(weights.data(), w, part, blocks, x, at, scratch.sums, 0);
        case F16 -> F16Kernels.gemv(weights.data(), w, part, blocks, x, at, scratch.sums, 0);
        case BF16 -> BFloat16Kernels.gemv(weights.data(), w, part, blocks, x, at, scratch.sums, 0);
        case Q4 -> Q4Kernels.gemv(weights.data(), w, part, blocks, x, at, scratch.sums, 0);
        case Q8 -> Q8Kernels.gemv(weights.data(), w, part, blocks, x, at, scratch.sums, 0);
      }
    }
  }
}

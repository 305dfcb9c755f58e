package dev.tern.kernel.scalar;

import dev.tern.kernel.MatrixKernels;
import dev.tern.kernel.Products;
import dev.tern.kernel.Products.Product;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.Unpacking;
import dev.tern.quant.Weights;

/** The oracle of the matrix kernels: every row is decoded and multiplied by a plain loop that sums in double. */
public final class ScalarMatrix implements MatrixKernels {
  private final WorkerPool pool;

  public ScalarMatrix(WorkerPool pool) {
    this.pool = pool;
  }

  @Override
  public void multiply(Products products) {
    for (int i = 0; i < products.count(); i++) {
      Product product = products.get(i);
      product.check();
      pool.run(product.weights.rows(), (from, to, worker) -> multiply(product, from, to));
    }
  }

  private static void multiply(Product product, int from, int to) {
    float[] in = product.in.data();
    float[] row = new float[product.weights.cols()];
    for (int r = from; r < to; r++) {
      Unpacking.row(product.weights, r, row, 0);
      for (int t = 0; t < product.rows; t++) {
        int at = product.in.offset(product.inRow + t);
        double sum = 0;
        for (int c = 0; c < row.length; c++) {
          sum += (double) row[c] * in[at + c];
        }
        product.out.data()[product.out.offset(product.outRow + t) + r] = (float) sum;
      }
    }
  }

  @Override
  public void row(Weights weights, int row, float[] out, int at) {
    Unpacking.row(weights, row, out, at);
  }
}

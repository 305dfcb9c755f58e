package dev.tern.kernel.scalar;

import dev.tern.kernel.MatrixKernels;
import dev.tern.kernel.Products;
import dev.tern.kernel.Products.Product;
import dev.tern.kernel.Products.Term;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.LowRank;
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
    products.check();
    for (int i = 0; i < products.count(); i++) {
      Product product = products.get(i);
      pool.run(product.weights.rows(), (from, to, worker) -> multiply(product, from, to));
    }
    addTerms(products);
  }

  @Override
  public void addTerms(Products products) {
    for (int i = 0; i < products.terms(); i++) {
      Term term = products.term(i);
      add(term, products.get(term.product));
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

  private static void add(Term term, Product product) {
    int half = term.weights.down().cols();
    int inputs = term.weights.inputs();
    float[] wide = new float[2 * half];
    float[] tall = new float[term.weights.rank()];
    double[][] low = new double[term.rows][tall.length];
    for (int k = 0; k < tall.length; k++) {
      Unpacking.row(term.weights.down(), LowRank.half(k), wide, 0);
      Unpacking.row(term.weights.down(), LowRank.half(k) + LowRank.PANEL, wide, half);
      for (int t = 0; t < term.rows; t++) {
        int at = term.in.offset(term.inRow + t);
        for (int c = 0; c < inputs; c++) {
          low[t][k] += (double) wide[c] * term.in.data()[at + c];
        }
      }
    }
    for (int r = 0; r < term.weights.outputs(); r++) {
      Unpacking.row(term.weights.up(), r, tall, 0);
      for (int t = 0; t < term.rows; t++) {
        double sum = 0;
        for (int k = 0; k < tall.length; k++) {
          sum += tall[k] * low[t][k];
        }
        product.out.data()[product.out.offset(term.outRow + t) + r] += (float) (term.factor * sum);
      }
    }
  }

  @Override
  public void row(Weights weights, int row, float[] out, int at) {
    Unpacking.row(weights, row, out, at);
  }
}

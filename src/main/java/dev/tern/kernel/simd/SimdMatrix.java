package dev.tern.kernel.simd;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.MatrixKernels;
import dev.tern.kernel.Products;
import dev.tern.kernel.WorkerPool;
import dev.tern.kernel.scalar.PlainTiles;
import dev.tern.quant.Unpacking;
import dev.tern.quant.Weights;
import java.util.Arrays;

/** Matrix products with the Vector API. One operation at a time; allocates nothing once its buffers have grown. */
public final class SimdMatrix implements MatrixKernels {
  private final WorkerPool pool;
  private final Gemv gemv;
  private final Gemm gemm;
  private final LowRankTerms terms;
  private final ColdStart coldStart;

  public SimdMatrix(WorkerPool pool, ActivationPrecision precision) {
    this.pool = pool;
    Scratch[] scratch = new Scratch[pool.count()];
    Arrays.setAll(scratch, i -> new Scratch());
    terms = new LowRankTerms(pool.count());
    gemv = new Gemv(precision, scratch, terms);
    gemm = new Gemm(precision, scratch);
    coldStart = new ColdStart(new PlainTiles(pool, weights -> Int16Gemm.supports(weights, precision)), precision);
  }

  @Override
  public void multiply(Products products) {
    products.check();
    if (!products.decode() && coldStart.multiply(products)) {
      terms.run(products, pool);
    } else {
      multiplyHot(products);
    }
  }

  /** With vector kernels, however little there is to do. */
  public void multiplyHot(Products products) {
    if (products.decode()) {
      gemv.multiply(products, pool);
    } else {
      gemm.multiply(products, pool);
      terms.run(products, pool);
    }
  }

  @Override
  public void addTerms(Products products) {
    terms.run(products, pool);
  }

  @Override
  public void row(Weights weights, int row, float[] out, int at) {
    Unpacking.row(weights, row, out, at);
  }
}

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
  /** Multiply-adds with which a program begins in plain loops. */
  private static final long COLD_WORK = 1L << 27;

  /** What is left of them; a race between models costs no more than a little time. */
  private static volatile long coldWork = COLD_WORK;

  private final WorkerPool pool;
  private final Gemv gemv;
  private final Gemm gemm;
  private final LowRankTerms terms;
  private final PlainTiles plainTiles;

  public SimdMatrix(WorkerPool pool, ActivationPrecision precision) {
    this.pool = pool;
    Scratch[] scratch = new Scratch[pool.count()];
    Arrays.setAll(scratch, i -> new Scratch());
    plainTiles = new PlainTiles(pool);
    terms = new LowRankTerms(pool.count());
    gemv = new Gemv(precision, scratch, terms);
    gemm = new Gemm(precision, scratch);
  }

  @Override
  public void multiply(Products products) {
    products.check();
    if (!products.decode() && isCold(products)) {
      plainTiles.multiply(products);
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

  /** Whether the program has just begun and this is so little that compiling the vector kernels would take longer. */
  private static boolean isCold(Products products) {
    if (coldWork <= 0) {
      return false;
    }
    long work = PlainTiles.work(products);
    for (int i = 0; i < products.count(); i++) {
      if (!PlainTiles.supports(products.get(i).weights)) {
        work = COLD_WORK;
      }
    }
    coldWork -= work;
    return work < COLD_WORK / 8;
  }

  @Override
  public void row(Weights weights, int row, float[] out, int at) {
    Unpacking.row(weights, row, out, at);
  }
}

package dev.tern.kernel.simd;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.MatrixKernels;
import dev.tern.kernel.Products;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.Unpacking;
import dev.tern.quant.Weights;
import java.util.Arrays;

/** Matrix products with the Vector API. One operation at a time; allocates nothing once its buffers have grown. */
public final class SimdMatrix implements MatrixKernels {
  private final WorkerPool pool;
  private final Gemv gemv;
  private final Gemm gemm;

  public SimdMatrix(WorkerPool pool, ActivationPrecision precision) {
    this.pool = pool;
    Scratch[] scratch = new Scratch[pool.count()];
    Arrays.setAll(scratch, i -> new Scratch());
    gemv = new Gemv(precision, scratch);
    gemm = new Gemm(precision, scratch);
  }

  @Override
  public void multiply(Products products) {
    for (int i = 0; i < products.count(); i++) {
      products.get(i).check();
    }
    if (products.decode()) {
      gemv.multiply(products, pool);
    } else {
      gemm.multiply(products, pool);
    }
  }

  @Override
  public void row(Weights weights, int row, float[] out, int at) {
    Unpacking.row(weights, row, out, at);
  }
}

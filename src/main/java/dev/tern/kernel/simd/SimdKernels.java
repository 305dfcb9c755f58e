package dev.tern.kernel.simd;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.WorkerPool;

/** Makes the kernels of this package. The only class of it that others mention, so that none is loaded by accident. */
public final class SimdKernels {
  private SimdKernels() {}

  /** Kernels with the Vector API, whose module must be present. */
  public static Kernels create(WorkerPool workers, ActivationPrecision precision) {
    ColdStart.begin();
    return new Kernels(
        workers,
        new SimdMatrix(workers, precision),
        new SimdVector(workers),
        new SimdAttention(workers),
        new SimdRecurrentKernels(workers),
        new SimdGatingKernels(workers));
  }
}

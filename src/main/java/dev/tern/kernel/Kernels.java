package dev.tern.kernel;

import dev.tern.kernel.scalar.ScalarAttention;
import dev.tern.kernel.scalar.ScalarRecurrentKernels;
import dev.tern.kernel.scalar.ScalarVector;
import dev.tern.kernel.simd.SimdMatrix;

/** The operations of one model, on the workers that share them. */
public record Kernels(
    WorkerPool workers,
    MatrixKernels matrix,
    VectorKernels vector,
    AttentionKernels attention,
    RecurrentKernels recurrent) {

  public static Kernels create(WorkerPool workers, ActivationPrecision precision) {
    return new Kernels(
        workers,
        new SimdMatrix(workers, precision),
        new ScalarVector(),
        new ScalarAttention(),
        new ScalarRecurrentKernels());
  }
}

package dev.tern.kernel;

import dev.tern.kernel.scalar.ScalarAttention;
import dev.tern.kernel.scalar.ScalarGatingKernels;
import dev.tern.kernel.scalar.ScalarMatrix;
import dev.tern.kernel.scalar.ScalarRecurrentKernels;
import dev.tern.kernel.scalar.ScalarVector;
import dev.tern.kernel.simd.SimdKernels;

/** The operations of one model, on the workers that share them. */
public record Kernels(
    WorkerPool workers,
    MatrixKernels matrix,
    VectorKernels vector,
    AttentionKernels attention,
    RecurrentKernels recurrent,
    GatingKernels gating) {

  /** The fastest kernels that this JVM can run: see {@link KernelRuntime}. */
  public static Kernels create(WorkerPool workers, ActivationPrecision precision) {
    return KernelRuntime.useVectors() ? SimdKernels.create(workers, precision) : scalar(workers);
  }

  /** These, also for weights that are still in their file. */
  public Kernels forFiles() {
    return new Kernels(workers, new FileFormMatrix(workers, matrix), vector, attention, recurrent, gating);
  }

  /** Kernels of plain loops: exact, slow, and without the Vector API. */
  public static Kernels scalar(WorkerPool workers) {
    return new Kernels(
        workers,
        new ScalarMatrix(workers),
        new ScalarVector(),
        new ScalarAttention(),
        new ScalarRecurrentKernels(),
        new ScalarGatingKernels());
  }
}

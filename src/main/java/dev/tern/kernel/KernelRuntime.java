package dev.tern.kernel;

/** What this JVM offers to kernels. */
public final class KernelRuntime {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  private KernelRuntime() {}

  /** Whether kernels use the Vector API; the system property {@code tern.kernels} is {@code scalar} or {@code simd}. */
  static boolean useVectors() {
    return !"scalar".equals(System.getProperty("tern.kernels"))
        && ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }
}

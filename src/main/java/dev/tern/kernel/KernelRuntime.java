package dev.tern.kernel;

/** What this JVM offers to kernels. */
public final class KernelRuntime {
  private static final String VECTOR_CLASS = "jdk.incubator.vector.FloatVector";

  private KernelRuntime() {}

  /** Whether kernels use the Vector API; the system property {@code tern.kernels} is {@code scalar} or {@code simd}. */
  static boolean useVectors() {
    return !"scalar".equals(System.getProperty("tern.kernels")) && vectorsPresent();
  }

  /** Looks for a class, because the launcher adds the module late, to a layer above that of the JVM's start. */
  private static boolean vectorsPresent() {
    try {
      Class.forName(VECTOR_CLASS, false, KernelRuntime.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException _) {
      return false;
    }
  }
}

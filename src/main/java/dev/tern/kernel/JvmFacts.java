package dev.tern.kernel;

import java.util.Optional;

/**
 * What decides whether a JVM can run vector kernels.
 *
 * @param vectorModule whether the Vector API is there
 * @param name of the virtual machine, {@code java.vm.name}
 * @param mode {@code java.vm.info}: how HotSpot executes code
 */
record JvmFacts(boolean vectorModule, String name, String mode) {
  private static final String VECTOR_CLASS = "jdk.incubator.vector.FloatVector";
  private static final String PLAIN_LOOPS = "the kernels are plain loops, many times slower";

  static JvmFacts ofThisJvm() {
    return new JvmFacts(vectorsPresent(), System.getProperty("java.vm.name"), System.getProperty("java.vm.info"));
  }

  /** Looks for a class, because the launcher adds the module late, to a layer above that of the JVM's start. */
  private static boolean vectorsPresent() {
    try {
      Class.forName(VECTOR_CLASS, false, JvmFacts.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException _) {
      return false;
    }
  }

  /** Why vector kernels would not run, or run slower than plain loops, with the cure. */
  Optional<String> obstacle() {
    if (!vectorModule) {
      return Optional.of(
          "The Vector API is missing, so %s. Start java with: --add-modules jdk.incubator.vector"
              .formatted(PLAIN_LOOPS));
    }
    if (mode.contains("interpreted mode")) {
      return Optional.of(
          "This JVM only interprets, so %s. Start java without: -Xint, -Djava.compiler=NONE".formatted(PLAIN_LOOPS));
    }
    if (mode.contains("emulated-client") || name.contains("Client VM")) {
      return Optional.of(
          "HotSpot's second compiler is off, so %s. Start java without: -XX:TieredStopAtLevel, -client, "
                  .formatted(PLAIN_LOOPS)
              + "-XX:CompilationMode=quick-only");
    }
    if (name.contains("OpenJ9")) {
      return Optional.of(
          "%s does not compile the Vector API, so %s. Use a JDK with HotSpot, such as https://adoptium.net"
              .formatted(name, PLAIN_LOOPS));
    }
    return Optional.empty();
  }
}

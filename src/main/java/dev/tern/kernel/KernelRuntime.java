package dev.tern.kernel;

import dev.tern.error.TernException;
import dev.tern.kernel.simd.CompilerDirectives;
import dev.tern.kernel.simd.SelfTest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes this JVM ready for kernels, and says what keeps it from running them well. No class with vectors is touched
 * before it is known that there are any.
 */
public final class KernelRuntime {
  /** System property that chooses the kernels: {@code scalar} or {@code simd}; without it the faster that can run. */
  public static final String KERNELS_PROPERTY = "tern.kernels";

  /** System property for tests and measurements: bits of a vector, instead of what the processor prefers. */
  public static final String VECTOR_BITS_PROPERTY = "tern.vector.bits";

  private static final List<String> CHOICES = List.of("", "scalar", "simd");
  private static final List<String> VECTOR_BITS = List.of("", "128", "256", "512");
  private static final System.Logger LOGGER = System.getLogger("dev.tern");
  private static final AtomicBoolean PREPARED = new AtomicBoolean();
  private static final AtomicBoolean CHECKED = new AtomicBoolean();

  private KernelRuntime() {}

  /**
   * Begins in the background what takes a moment before the first kernel can run; worth calling before a model is
   * loaded. Calling it again does nothing.
   */
  public static void prepare() {
    if (!PREPARED.getAndSet(true) && !"scalar".equals(System.getProperty(KERNELS_PROPERTY))) {
      Thread.ofPlatform().daemon().name("tern-prepare").start(CompilerDirectives::problem);
    }
  }

  /**
   * Whether kernels use the Vector API. Logs once why they do not, or may be slow.
   *
   * @throws TernException if a property has an unknown value, or asks for vectors in a JVM that has none
   */
  static boolean useVectors() {
    String choice = property(KERNELS_PROPERTY, CHOICES);
    property(VECTOR_BITS_PROPERTY, VECTOR_BITS);
    if (choice.equals("scalar")) {
      return false;
    }
    JvmFacts facts = JvmFacts.ofThisJvm();
    Optional<String> obstacle = facts.obstacle();
    boolean asked = choice.equals("simd");
    if (asked && !facts.vectorModule()) {
      throw new TernException(KERNELS_PROPERTY + "=simd: " + obstacle.orElseThrow());
    }
    if (!CHECKED.getAndSet(true)) {
      check(obstacle);
    }
    return asked || obstacle.isEmpty();
  }

  private static String property(String name, List<String> allowed) {
    String value = System.getProperty(name, "");
    if (!allowed.contains(value)) {
      throw new TernException(
          "system property %s: expected %s, found \"%s\""
              .formatted(name, String.join(" or ", allowed.subList(1, allowed.size())), value));
    }
    return value;
  }

  private static void check(Optional<String> obstacle) {
    if (obstacle.isPresent()) {
      warn(obstacle.get());
    } else {
      CompilerDirectives.problem().ifPresent(KernelRuntime::warn);
      SelfTest.runLater(KernelRuntime::warn);
    }
  }

  private static void warn(String problem) {
    LOGGER.log(System.Logger.Level.WARNING, problem);
  }
}

package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.kernel.scalar.ScalarVector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Starts JVMs with and without what kernels need. */
class KernelRuntimeTest {
  private static final String MODULE = "--add-modules=jdk.incubator.vector";

  /** What the other JVM runs: makes kernels and uses them. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) {
      try (WorkerPool workers = new WorkerPool(1)) {
        Kernels kernels = Kernels.create(workers, ActivationPrecision.F32);
        float[] values = new float[33];
        kernels.vector().softmax(values, 0, values.length);
        boolean plain = kernels.vector() instanceof ScalarVector;
        System.out.println((plain ? "plain loops " : "vectors ") + Math.round(values[32] * 33));
      }
    }
  }

  @Test
  void withoutTheModuleKernelsArePlainLoopsAndTheCureIsLogged() throws Exception {
    String output = run();
    assertTrue(output.contains("plain loops 1"), output);
    assertTrue(output.contains("--add-modules jdk.incubator.vector"), output);
    assertEquals(1, output.split("WARNING", -1).length - 1, output);
  }

  @Test
  void withTheModuleKernelsAreVectorsAndNothingIsLogged() throws Exception {
    String output = run(MODULE);
    assertTrue(output.contains("vectors 1"), output);
    assertEquals("WARNING: Using incubator modules: jdk.incubator.vector vectors 1", output.strip());
  }

  @Test
  void aJvmThatOnlyInterpretsGetsPlainLoops() throws Exception {
    String output = run(MODULE, "-Xint");
    assertTrue(output.contains("plain loops 1") && output.contains("-Xint"), output);
  }

  @Test
  void theChoiceIsFollowedOrRefused() throws Exception {
    String scalar = run(MODULE, "-Dtern.kernels=scalar");
    assertTrue(scalar.contains("plain loops 1"), scalar);
    String missing = run("-Dtern.kernels=simd");
    assertTrue(missing.contains("TernException: tern.kernels=simd: The Vector API is missing"), missing);
    String unknown = run("-Dtern.kernels=fast");
    assertTrue(unknown.contains("expected scalar or simd, found \"fast\""), unknown);
    String bits = run(MODULE, "-Dtern.vector.bits=100");
    assertTrue(bits.contains("tern.vector.bits: expected 128 or 256 or 512, found \"100\""), bits);
  }

  private static String run(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes()).replace(System.lineSeparator(), " ");
  }
}

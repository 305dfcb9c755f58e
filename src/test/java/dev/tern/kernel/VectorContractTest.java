package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tern.kernel.scalar.ScalarVector;
import dev.tern.kernel.simd.SimdVector;
import dev.tern.tensor.Activations;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorContractTest {
  @Test
  void preferredShape() {
    try (WorkerPool pool = new WorkerPool(2)) {
      new VectorContract(pool).run();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256})
  void otherShapes(int bits) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Dtern.vector.bits=" + bits,
                "-cp",
                System.getProperty("java.class.path"),
                VectorContract.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), output);
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    Activations x = Activations.of(2, 6);
    Activations other = Activations.of(2, 5);
    try (WorkerPool pool = new WorkerPool(1)) {
      for (VectorKernels k : List.of(new ScalarVector(), new SimdVector(pool))) {
        refused(() -> k.rmsNorm(x, null, 0, other));
        refused(() -> k.rmsNorm(x, new float[5], 0, x));
        refused(() -> k.rmsNormGroups(x, 4, null, 0, x));
        refused(() -> k.rmsNormGroups(x, 2, new float[2], 0, x));
        refused(() -> k.layerNorm(x, null, new float[7], 0, x));
        refused(() -> k.add(x, other, 1));
        refused(() -> k.addBias(x, new float[5]));
        refused(() -> k.gate(Activation.SILU, x, other, x));
        refused(() -> k.rope(x, 3, Activations.of(2, 4), true));
        refused(() -> k.rope(x, 2, Activations.of(1, 2), true));
        refused(() -> k.rope(x, 0, Activations.of(2, 2), true));
      }
    }
  }

  private static void refused(Runnable operation) {
    assertThrows(IllegalArgumentException.class, operation::run);
  }
}

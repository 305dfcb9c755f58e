package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecurrentContractTest {
  @Test
  void preferredShape() {
    try (WorkerPool pool = new WorkerPool(2)) {
      new RecurrentContract(pool).run();
      new GatingContract(pool).run();
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
                RecurrentContract.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }
}

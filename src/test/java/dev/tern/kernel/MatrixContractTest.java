package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatrixContractTest {
  @Test
  void preferredShape() {
    new MatrixContract().run();
  }

  @Test
  void lowRankTerms() {
    new LowRankContract().run();
  }

  @Tag("slow")
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
                MatrixContract.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), output);
  }
}

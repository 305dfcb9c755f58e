package dev.tern.kernel.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SelfTestTest {
  /** What the other JVM runs. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) throws InterruptedException {
      System.out.println(new SelfTest().vectorsBecomeFast(5) ? "fast" : "slow");
    }
  }

  @Test
  void thisJvmCompilesVectors() throws InterruptedException {
    assertTrue(new SelfTest().vectorsBecomeFast(SelfTest.ATTEMPTS));
  }

  /** -XX:-EnableVectorSupport makes every vector an object. */
  @Test
  void boxedVectorsAreFound() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:-EnableVectorSupport",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertEquals("slow", output.lines().reduce("", (_, last) -> last), output);
  }
}

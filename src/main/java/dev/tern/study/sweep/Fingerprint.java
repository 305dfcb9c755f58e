package dev.tern.study.sweep;

import dev.tern.kernel.WorkerPool;
import dev.tern.kernel.simd.MachinePeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The machine and the programs that measured.
 *
 * @param processor its name
 * @param cores that compute
 * @param memoryBytes of the machine; -1 if unknown
 * @param system operating system and kernel
 * @param java version of the runtime
 * @param tern version of this program
 * @param vectorBits width of the vectors
 * @param energy whether energy counters can be read
 * @param started when
 */
public record Fingerprint(
    String processor,
    int cores,
    long memoryBytes,
    String system,
    String java,
    String tern,
    int vectorBits,
    boolean energy,
    String started) {

  static Fingerprint ofThisMachine() {
    return new Fingerprint(
        find("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch")),
        WorkerPool.defaultCount(),
        find("/proc/meminfo", "MemTotal").map(text -> Long.parseLong(text.replaceAll("\\D", "")) * 1024).orElse(-1L),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        Optional.ofNullable(Fingerprint.class.getPackage().getImplementationVersion()).orElse("unpackaged"),
        MachinePeaks.vectorBits(),
        EnergyMeter.available(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Whether measurements of the two may be put together. */
  boolean agrees(Fingerprint other) {
    return processor.equals(other.processor)
        && cores == other.cores
        && vectorBits == other.vectorBits
        && java.equals(other.java)
        && tern.equals(other.tern);
  }

  private static Optional<String> find(String file, String key) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

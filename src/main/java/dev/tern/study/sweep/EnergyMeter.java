package dev.tern.study.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Energy of the processor packages from the counters of Linux's powercap, where this process may read them: often they
 * are for the administrator only, or missing in a virtual machine.
 */
final class EnergyMeter {
  private static final List<Path> COUNTERS = counters(Path.of("/sys/class/powercap"));

  private final Map<Path, Long> before;

  private EnergyMeter(Map<Path, Long> before) {
    this.before = before;
  }

  static boolean available() {
    return !COUNTERS.isEmpty();
  }

  static EnergyMeter start() {
    Map<Path, Long> values = new LinkedHashMap<>();
    COUNTERS.forEach(counter -> values.put(counter, read(counter)));
    return new EnergyMeter(values);
  }

  /** Joules since the start; NaN where there is no counter. A counter that began anew is counted from its zero. */
  double joules() {
    double micro = available() ? 0 : Double.NaN;
    for (Map.Entry<Path, Long> counter : before.entrySet()) {
      long now = read(counter.getKey());
      micro += now >= counter.getValue() ? now - counter.getValue() : now;
    }
    return micro / 1e6;
  }

  /** Packages only: their parts are counted in them. */
  static List<Path> counters(Path root) {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> zones = Files.list(root)) {
      return zones
          .filter(zone -> zone.getFileName().toString().matches("intel-rapl:\\d+"))
          .map(zone -> zone.resolve("energy_uj"))
          .filter(Files::isReadable)
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static long read(Path counter) {
    try {
      return Long.parseLong(Files.readString(counter).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

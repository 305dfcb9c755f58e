package dev.tern.study.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnergyMeterTest {
  @Test
  void onlyPackagesAreCounted(@TempDir Path root) throws IOException {
    for (String zone : List.of("intel-rapl", "intel-rapl:0", "intel-rapl:0:1")) {
      Files.createDirectories(root.resolve(zone));
      Files.writeString(root.resolve(zone).resolve("energy_uj"), "5\n");
    }
    assertEquals(List.of(root.resolve("intel-rapl:0/energy_uj")), EnergyMeter.counters(root));
    assertEquals(List.of(), EnergyMeter.counters(root.resolve("absent")));
  }
}

package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SpeedMeterTest {
  @Test
  void ratesAreThoseOfSomeMachineEachTime() {
    try (SpeedMeter meter = new SpeedMeter(2)) {
      for (int i = 0; i < 2; i++) {
        MachineSpeed speed = meter.measure();
        assertEquals(2, speed.threads());
        assertTrue(speed.vectorBits() >= 64 && speed.vectorBits() <= 2048, speed.toString());
        // From a busy emulator to a large server: a wrong unit or a loop that vanished would be far outside.
        assertTrue(speed.readBytesPerSecond() > 1e7 && speed.readBytesPerSecond() < 1e13, speed.toString());
        assertTrue(speed.flopsPerSecond() > 1e7 && speed.flopsPerSecond() < 1e14, speed.toString());
      }
    }
  }
}

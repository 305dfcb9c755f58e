package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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

  @Test
  void theMedianIsThatOfEachRate() {
    MachineSpeed slow = new MachineSpeed(3, 256, 1, 70);
    MachineSpeed middle = new MachineSpeed(3, 256, 5, 20);
    MachineSpeed fast = new MachineSpeed(3, 256, 8, 60);
    assertEquals(new MachineSpeed(3, 256, 5, 60), MachineSpeed.median(List.of(fast, slow, middle)));
    assertEquals(new MachineSpeed(3, 256, 3, 45), MachineSpeed.median(List.of(slow, middle)));
    assertEquals(slow, MachineSpeed.median(List.of(slow)));
  }
}

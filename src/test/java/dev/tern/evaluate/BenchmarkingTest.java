package dev.tern.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tern.kernel.MachineSpeed;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchmarkingTest {
  @Test
  void theMedianIsThatOfEachRate() {
    MachineSpeed slow = new MachineSpeed(3, 256, 1, 70);
    MachineSpeed middle = new MachineSpeed(3, 256, 5, 20);
    MachineSpeed fast = new MachineSpeed(3, 256, 8, 60);
    assertEquals(new MachineSpeed(3, 256, 5, 60), Benchmarking.median(List.of(fast, slow, middle)));
    assertEquals(new MachineSpeed(3, 256, 3, 45), Benchmarking.median(List.of(slow, middle)));
    assertEquals(slow, Benchmarking.median(List.of(slow)));
  }
}

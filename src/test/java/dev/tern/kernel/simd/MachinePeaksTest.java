package dev.tern.kernel.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MachinePeaksTest {

  @Test
  void readsEveryWordOfTheRangeOnce() {
    try (NativeMemory memory = new NativeMemory()) {
      MemorySegment data = memory.allocate(8 * MachinePeaks.READ_BLOCK);
      long expected = 0;
      for (long at = 0; at < data.byteSize(); at += Long.BYTES) {
        data.set(ValueLayout.JAVA_LONG, at, 1L << at / Long.BYTES % 60);
        boolean inside = at >= MachinePeaks.READ_BLOCK && at < 5L * MachinePeaks.READ_BLOCK;
        expected += inside ? data.get(ValueLayout.JAVA_LONG, at) : 0;
      }
      assertEquals(expected, MachinePeaks.read(data, MachinePeaks.READ_BLOCK, 5L * MachinePeaks.READ_BLOCK));
    }
  }

  @Test
  void doesTheMultiplyAddsThatItCounts() {
    float[] operands = new float[MachinePeaks.OPERANDS];
    Arrays.fill(operands, 1);
    int rounds = 100;
    // Every lane of every accumulator starts at one and gains one per round.
    float lanes = MachinePeaks.operations(1) / 2f;
    assertEquals(lanes * (rounds + 1), MachinePeaks.multiplyAdd(operands, rounds));
  }
}

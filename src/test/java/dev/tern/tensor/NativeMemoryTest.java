package dev.tern.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeMemoryTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1L << 40})
  void isZeroAlignedCountedAndFreed(long expected) {
    long before = NativeMemory.liveBytes();
    MemorySegment[] segments = new MemorySegment[3];
    try (NativeMemory memory = NativeMemory.expecting(expected)) {
      long[] sizes = {100, 5 << 20, 64};
      for (int i = 0; i < sizes.length; i++) {
        segments[i] = memory.allocate(sizes[i]);
        assertEquals(sizes[i], segments[i].byteSize());
        assertEquals(0, segments[i].address() % NativeMemory.ALIGNMENT);
        assertEquals(0, segments[i].get(ValueLayout.JAVA_BYTE, sizes[i] - 1));
        segments[i].fill((byte) (i + 1));
      }
      for (int i = 0; i < sizes.length; i++) {
        assertEquals(i + 1, segments[i].get(ValueLayout.JAVA_BYTE, sizes[i] - 1), "pieces do not overlap");
      }
      assertEquals(100 + (5 << 20) + 64, memory.bytes());
      assertEquals(before + memory.bytes(), NativeMemory.liveBytes());
    }
    assertEquals(before, NativeMemory.liveBytes());
    assertThrows(IllegalStateException.class, () -> segments[0].get(ValueLayout.JAVA_BYTE, 0));
  }
}

package dev.tern.tensor;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * Memory in pages of 2 MB where the system has them on request (Linux, transparent huge pages). The processor fetches
 * ahead of a reader only within a page: one thread reads weights a fifth faster so. Memory is given out by the system
 * when it is first written.
 */
final class HugePages {
  static final long PAGE = 2L << 20;

  private static final int READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int ADVISE_HUGE = 14;

  private final MethodHandle map;
  private final MethodHandle advise;
  private final MethodHandle unmap;

  private HugePages(MethodHandle map, MethodHandle advise, MethodHandle unmap) {
    this.map = map;
    this.advise = advise;
    this.unmap = unmap;
  }

  /** Loaded on first use: linking takes some milliseconds, which small models need not spend. */
  private static final class Instance {
    private static final HugePages HUGE_PAGES = link();
  }

  /** Null where the system is not known to have them. */
  static HugePages instance() {
    return Instance.HUGE_PAGES;
  }

  @SuppressWarnings("restricted")
  private static HugePages link() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return null;
    }
    Linker linker = Linker.nativeLinker();
    SymbolLookup names = linker.defaultLookup();
    return new HugePages(
        linker.downcallHandle(
            names.findOrThrow("mmap"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG)),
        linker.downcallHandle(
            names.findOrThrow("madvise"), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT)),
        linker.downcallHandle(names.findOrThrow("munmap"), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG)));
  }

  /** Zero-filled memory of {@code size} bytes that starts at a page, freed with the arena; null if there is none. */
  @SuppressWarnings("restricted")
  MemorySegment allocate(long size, Arena arena) {
    long reserved = size + PAGE;
    long start = map(reserved);
    if (start < 0) {
      return null;
    }
    long aligned = (start + PAGE - 1) & -PAGE;
    // Advice that the system does not take leaves small pages, which work as well.
    advise(aligned, size);
    MemorySegment owner =
        MemorySegment.ofAddress(start).reinterpret(reserved, arena, mapped -> unmap(mapped.address(), reserved));
    return owner.asSlice(aligned - start, size);
  }

  private long map(long size) {
    try {
      return (long) map.invokeExact(0L, size, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private void advise(long at, long size) {
    try {
      int _ = (int) advise.invokeExact(at, size, ADVISE_HUGE);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private void unmap(long at, long size) {
    try {
      int _ = (int) unmap.invokeExact(at, size);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}

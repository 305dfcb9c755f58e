package dev.tern.architecture.huggingface;

import dev.tern.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Native memory that one derived tensor and the steps to it take, given back together. */
final class DerivedMemory implements AutoCloseable {
  private static final ScopedValue<DerivedMemory> CURRENT = ScopedValue.newInstance();

  /** Smaller memory is left to the garbage collector: vectors may be kept. */
  private static final long LEAST = 16 << 10;

  private final List<NativeMemory> parts = new ArrayList<>();

  /** Calls a supplier whose allocations in this thread belong here. */
  <T> T collect(Supplier<T> supplier) {
    return ScopedValue.where(CURRENT, this).call(supplier::get);
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Zero-filled memory. */
  static MemorySegment allocate(long bytes) {
    if (bytes < LEAST || !CURRENT.isBound()) {
      return Arena.ofAuto().allocate(bytes, NativeMemory.ALIGNMENT);
    }
    NativeMemory part = NativeMemory.expecting(bytes);
    CURRENT.get().parts.add(part);
    return part.allocate(bytes);
  }

  @Override
  public void close() {
    parts.forEach(NativeMemory::close);
    parts.clear();
  }
}

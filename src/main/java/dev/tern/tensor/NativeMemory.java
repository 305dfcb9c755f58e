package dev.tern.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/** 64-byte aligned native memory that lives until it is closed, and a count of what is alive in this process. */
public final class NativeMemory implements AutoCloseable {
  /** Alignment of every allocation in bytes: a cache line and the widest vector. */
  public static final long ALIGNMENT = 64;

  private static final AtomicLong LIVE = new AtomicLong();

  private final Arena arena = Arena.ofShared();
  private final AtomicLong bytes = new AtomicLong();

  /** Zero-filled memory of {@code size} bytes. */
  public MemorySegment allocate(long size) {
    MemorySegment segment = arena.allocate(size, ALIGNMENT);
    bytes.addAndGet(size);
    LIVE.addAndGet(size);
    return segment;
  }

  /** Bytes allocated here. */
  public long bytes() {
    return bytes.get();
  }

  /** Bytes that are alive in all native memory of this process. */
  public static long liveBytes() {
    return LIVE.get();
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
      LIVE.addAndGet(-bytes.get());
    }
  }
}

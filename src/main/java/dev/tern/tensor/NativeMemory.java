package dev.tern.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/** 64-byte aligned native memory that lives until it is closed, and a count of what is alive in this process. */
public final class NativeMemory implements AutoCloseable {
  /** Alignment of every allocation in bytes: a cache line and the widest vector. */
  public static final long ALIGNMENT = 64;

  /** What large memory is taken from the system in at most; unwritten pages of it cost nothing. */
  private static final long CHUNK = 256L << 20;

  /** From here on huge pages are worth their setting up, or using once they are set up. */
  private static final long LARGE = CHUNK / 2;

  private static final long MEDIUM = CHUNK / 64;

  private static volatile boolean hugePagesUsed;

  private static final AtomicLong LIVE = new AtomicLong();
  private static final AtomicLong PEAK = new AtomicLong();

  private final Arena arena = Arena.ofShared();
  private final AtomicLong bytes = new AtomicLong();

  /** Bytes taken from the system at a time, or 0 for each allocation by itself. */
  private final long chunkBytes;

  private MemorySegment chunk = MemorySegment.NULL;

  public NativeMemory() {
    this(0);
  }

  private NativeMemory(long chunkBytes) {
    this.chunkBytes = chunkBytes;
  }

  /** Memory for {@code expected} bytes in all: in huge pages if that is much. */
  public static NativeMemory expecting(long expected) {
    boolean wanted = expected >= LARGE || hugePagesUsed && expected >= MEDIUM;
    if (!wanted || HugePages.instance() == null) {
      return new NativeMemory();
    }
    hugePagesUsed = true;
    return new NativeMemory(Math.min(CHUNK, Math.ceilDiv(expected, HugePages.PAGE) * HugePages.PAGE));
  }

  /** Zero-filled memory of {@code size} bytes. */
  public MemorySegment allocate(long size) {
    MemorySegment segment = chunkBytes > 0 ? allocateLarge(size) : arena.allocate(size, ALIGNMENT);
    bytes.addAndGet(size);
    PEAK.accumulateAndGet(LIVE.addAndGet(size), Math::max);
    return segment;
  }

  /** Takes from the current chunk, or from a new one. */
  private synchronized MemorySegment allocateLarge(long size) {
    long needed = (size + ALIGNMENT - 1) & -ALIGNMENT;
    if (needed > chunk.byteSize()) {
      MemorySegment fresh = HugePages.instance().allocate(Math.max(chunkBytes, needed), arena);
      if (fresh == null) {
        return arena.allocate(size, ALIGNMENT);
      }
      chunk = fresh;
    }
    MemorySegment segment = chunk.asSlice(0, size);
    chunk = chunk.asSlice(needed);
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

  /** The most bytes that were alive at once. */
  public static long peakBytes() {
    return PEAK.get();
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
      LIVE.addAndGet(-bytes.get());
    }
  }
}

package dev.tern.kernel;

import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/**
 * Pages of one size, shared and recycled by a store and its copies. Pages count their users: a store that wants to
 * change a shared page gets a copy of it. The memory is freed when the last store leaves.
 */
final class PagePool {
  /** A page and how many stores hold it. */
  static final class Page {
    final MemorySegment memory;
    private int users;

    private Page(MemorySegment memory) {
      this.memory = memory;
    }
  }

  /** Bytes before memory is taken in huge pages, of which the last is only partly used. */
  private static final long SMALL = 4L << 20;

  private static final long MUCH = 1L << 30;

  private final NativeMemory memory = new NativeMemory();
  private NativeMemory more;
  private final ArrayDeque<Page> free = new ArrayDeque<>();
  private final long pageBytes;
  private int stores = 1;

  /** Pages that were allocated. */
  private long pages;

  /** Memory of pages, given away up to {@link #next}. */
  private MemorySegment run = MemorySegment.NULL;

  private long next;

  PagePool(long pageBytes) {
    this.pageBytes = pageBytes;
  }

  /** A page with undefined contents. */
  synchronized Page acquire() {
    Page page = free.poll();
    if (page == null) {
      page = new Page(allocate());
    }
    page.users = 1;
    return page;
  }

  /** The next page of a run of pages: reading a long context, the processor prefetches from one to the next. */
  private MemorySegment allocate() {
    if (next == run.byteSize()) {
      run = source().allocate(pageBytes * Math.max(1, pages / 2));
      next = 0;
    }
    pages++;
    next += pageBytes;
    return run.asSlice(next - pageBytes, pageBytes);
  }

  private NativeMemory source() {
    if (memory.bytes() < SMALL) {
      return memory;
    }
    if (more == null) {
      more = NativeMemory.expecting(MUCH);
    }
    return more;
  }

  /** The page itself if only the caller holds it, otherwise a copy in its place. */
  synchronized Page writable(Page page) {
    if (page.users == 1) {
      return page;
    }
    Page copy = acquire();
    copy.memory.copyFrom(page.memory);
    page.users--;
    return copy;
  }

  synchronized void share(Page page) {
    page.users++;
  }

  synchronized void release(Page page) {
    if (--page.users == 0) {
      free.add(page);
    }
  }

  /** Counts another store. */
  synchronized void join() {
    stores++;
  }

  /** A store has released its pages and leaves. */
  synchronized void leave() {
    if (--stores == 0) {
      memory.close();
      if (more != null) {
        more.close();
      }
    }
  }
}

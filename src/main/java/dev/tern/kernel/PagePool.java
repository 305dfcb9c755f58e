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

  private final NativeMemory memory = NativeMemory.expecting(1L << 30);
  private final ArrayDeque<Page> free = new ArrayDeque<>();
  private final long pageBytes;
  private int stores = 1;

  PagePool(long pageBytes) {
    this.pageBytes = pageBytes;
  }

  /** A page with undefined contents. */
  synchronized Page acquire() {
    Page page = free.poll();
    if (page == null) {
      page = new Page(memory.allocate(pageBytes));
    }
    page.users = 1;
    return page;
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
      free.push(page);
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
    }
  }
}

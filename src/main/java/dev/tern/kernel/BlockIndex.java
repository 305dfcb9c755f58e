package dev.tern.kernel;

import static dev.tern.kernel.KeyValueLayout.PANEL;

import dev.tern.kernel.BlockSelection.Summary;
import dev.tern.kernel.PagePool.Page;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A summary of every complete block of keys in a store, per head: what a query scores instead of the keys. It follows
 * from the keys as the store returns them, whenever and however they came there.
 *
 * <p>Summaries lie like the keys of a store of floats: a panel is a matrix {@code [width, 32 blocks]}, one per head on
 * each page. Where a summary is bounds, its first half are the greatest and its second half the least entries per
 * column, so that the score of a block is a product too: with a query's positive and then its negative entries.
 */
public final class BlockIndex {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int STEP = PANEL * Float.BYTES;

  private final KeyValueShape shape;
  private final int size;
  private final Summary summary;
  private final PagePool pool;
  private final float[] key;
  private final double[] sums;
  private final float[] most;
  private final float[] least;
  private Page[] pages = new Page[1];
  private int blocks;

  BlockIndex(KeyValueShape shape, BlockSelection selection) {
    this(shape, selection.size(), selection.summary(), new PagePool(pageBytes(shape, selection.summary())));
  }

  private BlockIndex(KeyValueShape shape, int size, Summary summary, PagePool pool) {
    this.shape = shape;
    this.size = size;
    this.summary = summary;
    this.pool = pool;
    key = new float[shape.keyWidth()];
    sums = new double[shape.keyWidth()];
    most = new float[shape.keyWidth()];
    least = new float[shape.keyWidth()];
  }

  private static long pageBytes(KeyValueShape shape, Summary summary) {
    return (long) shape.kvHeads() * width(shape, summary) * STEP;
  }

  private static int width(KeyValueShape shape, Summary summary) {
    return summary == Summary.BOUNDS ? 2 * shape.keyWidth() : shape.keyWidth();
  }

  /** Floats of a summary, and of a query that is to meet it. */
  public int width() {
    return width(shape, summary);
  }

  /** Complete blocks. */
  public int blocks() {
    return blocks;
  }

  /** Whether these are the blocks and summaries to select by. */
  public boolean serves(BlockSelection selection) {
    return selection.size() == size && selection.summary() == summary;
  }

  /** The page with blocks {@code 32·index …}. */
  public MemorySegment page(int index) {
    return pages[index].memory;
  }

  /** Byte offset in a page of the panel of a head. */
  public long panel(int head) {
    return (long) head * width() * STEP;
  }

  /**
   * Makes of the queries of some heads, {@code keyWidth} floats each, the {@link #width} floats whose product with a
   * summary is the sum of their scores.
   */
  public void join(float[] queries, int at, int heads, float[] out, int to) {
    int width = shape.keyWidth();
    Arrays.fill(out, to, to + width(), 0);
    for (int head = 0; head < heads; head++) {
      int from = at + head * width;
      for (int i = 0; i < width; i++) {
        float x = queries[from + i];
        out[to + i] += summary == Summary.MEAN ? x : Math.max(x, 0);
      }
      if (summary == Summary.BOUNDS) {
        for (int i = 0; i < width; i++) {
          out[to + width + i] += Math.min(queries[from + i], 0);
        }
      }
    }
  }

  /** Summarizes the blocks that have become complete. */
  void update(KeyValueStore store) {
    for (; (blocks + 1L) * size <= store.length(); blocks++) {
      Page page = pageOf(blocks);
      for (int head = 0; head < shape.kvHeads(); head++) {
        summarize(store, head);
        put(page.memory, panel(head) + blocks % PANEL * Float.BYTES);
      }
    }
  }

  /** The page of the next block, present and our own. */
  private Page pageOf(int block) {
    int index = block / PANEL;
    if (index == pages.length) {
      pages = Arrays.copyOf(pages, 2 * pages.length);
    }
    pages[index] = pages[index] == null ? pool.acquire() : pool.writable(pages[index]);
    return pages[index];
  }

  private void summarize(KeyValueStore store, int head) {
    Arrays.fill(sums, 0);
    Arrays.fill(most, Float.NEGATIVE_INFINITY);
    Arrays.fill(least, Float.POSITIVE_INFINITY);
    for (int i = 0; i < size; i++) {
      store.key(blocks * size + i, head, key, 0);
      for (int c = 0; c < key.length; c++) {
        sums[c] += key[c];
        most[c] = Math.max(most[c], key[c]);
        least[c] = Math.min(least[c], key[c]);
      }
    }
  }

  private void put(MemorySegment page, long at) {
    int width = key.length;
    for (int c = 0; c < width; c++) {
      if (summary == Summary.MEAN) {
        page.set(FLOAT, at + (long) c * STEP, (float) (sums[c] / size));
      } else {
        page.set(FLOAT, at + (long) c * STEP, most[c]);
        page.set(FLOAT, at + (long) (width + c) * STEP, least[c]);
      }
    }
  }

  /** Forgets blocks that are no longer complete at a length. */
  void truncate(int length) {
    blocks = Math.min(blocks, length / size);
    for (int i = Math.ceilDiv(blocks, PANEL); i < pages.length; i++) {
      if (pages[i] != null) {
        pool.release(pages[i]);
        pages[i] = null;
      }
    }
  }

  BlockIndex copy() {
    pool.join();
    BlockIndex copy = new BlockIndex(shape, size, summary, pool);
    copy.pages = pages.clone();
    copy.blocks = blocks;
    for (Page page : pages) {
      if (page != null) {
        pool.share(page);
      }
    }
    return copy;
  }

  /** Bytes of native memory in use. */
  long bytes() {
    return bytes(blocks);
  }

  /** Bytes of native memory for the blocks of {@code length} positions. */
  long bytesAt(int length) {
    return bytes(length / size);
  }

  private long bytes(int blocks) {
    return Math.ceilDiv(blocks, PANEL) * pageBytes(shape, summary);
  }

  void close() {
    truncate(0);
    pool.leave();
  }
}

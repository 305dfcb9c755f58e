package dev.tern.kernel;

import static dev.tern.kernel.KeyValueLayout.PAGE;

import dev.tern.kernel.PagePool.Page;
import dev.tern.tensor.Activations;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The one key/value store: a table of pages by position. With a window, pages that lie wholly before it are given back,
 * except those of the first positions; the table keeps its absolute indices, so masks need not know.
 */
public final class PagedStore implements KeyValueStore {
  private final KeyValueLayout layout;
  private final KeyValueCodec codec;
  private final PagePool pool;
  private final int window;
  private final int sinkPages;
  private final BlockIndex index;
  private final float[] vector = new float[KeyValueShape.MAX_WIDTH];
  private final float[] scratch = new float[KeyValueShape.MAX_WIDTH];
  private Page[] pages = new Page[4];
  private int length;

  /** Pages from {@link #sinkPages} to this one have been given back. */
  private int firstPage;

  private boolean closed;

  PagedStore(KeyValueLayout layout, int window, int sinks, BlockIndex index) {
    this(layout, window, pageOf(sinks + PAGE - 1), index, new PagePool(layout.pageBytes()));
  }

  private PagedStore(KeyValueLayout layout, int window, int sinkPages, BlockIndex index, PagePool pool) {
    this.layout = layout;
    this.codec = new KeyValueCodec(layout);
    this.pool = pool;
    this.window = window;
    this.sinkPages = sinkPages;
    this.index = index;
    this.firstPage = sinkPages;
  }

  private static int pageOf(int position) {
    return position / PAGE;
  }

  private static int pagesOf(int length) {
    return (length + PAGE - 1) / PAGE;
  }

  @Override
  public KeyValueShape shape() {
    return layout.shape();
  }

  @Override
  public KvType type() {
    return layout.type();
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public BlockIndex index() {
    return index;
  }

  /** Where things lie in a page. */
  public KeyValueLayout layout() {
    return layout;
  }

  /** The number format with its rotation. */
  public KeyValueCodec codec() {
    return codec;
  }

  /** The page of positions {@code 128·index …}; must be held. */
  public MemorySegment page(int index) {
    return pages[index].memory;
  }

  @Override
  public boolean holds(int from, int to) {
    if (from < 0 || to > length) {
      return false;
    }
    return from >= to || pageOf(from) >= firstPage || pagesOf(to) <= sinkPages || firstPage == sinkPages;
  }

  @Override
  public void append(Activations k, Activations v, int row, int count) {
    requireOpen();
    KeyValueShape shape = layout.shape();
    requireWidth("keys", k, shape.kvHeads() * shape.keyWidth());
    if (!shape.latent()) {
      requireWidth("values", v, shape.kvHeads() * shape.valueWidth());
    }
    if (row < 0 || count < 0 || row + count > k.rows()) {
      throw new IllegalArgumentException("rows %d + %d of %d".formatted(row, count, k.rows()));
    }
    forget();
    reserve(Math.addExact(length, count));
    for (int i = 0; i < count; i++) {
      put(k, v, row + i, length + i);
    }
    length += count;
    updateIndex();
  }

  private void updateIndex() {
    if (index != null) {
      index.update(this);
    }
  }

  private static void requireWidth(String what, Activations rows, int width) {
    if (rows.width() != width) {
      throw new IllegalArgumentException("%s of width %d: expected %d".formatted(what, rows.width(), width));
    }
  }

  /** Gives back the pages that the next position does not see. */
  private void forget() {
    int first = window == 0 ? 0 : pageOf(firstVisible(length));
    for (; firstPage < first; firstPage++) {
      pool.release(pages[firstPage]);
      pages[firstPage] = null;
    }
  }

  private int firstVisible(int position) {
    return Math.max(0, position - window + 1);
  }

  /** Makes the pages of positions {@code length … end} present and our own. */
  private void reserve(int end) {
    int needed = pagesOf(end);
    if (needed > pages.length) {
      pages = Arrays.copyOf(pages, Math.max(needed, 2 * pages.length));
    }
    for (int i = pageOf(length); i < needed; i++) {
      pages[i] = pages[i] == null ? pool.acquire() : pool.writable(pages[i]);
    }
  }

  private void put(Activations k, Activations v, int row, int position) {
    KeyValueShape shape = layout.shape();
    MemorySegment page = page(pageOf(position));
    for (int head = 0; head < shape.kvHeads(); head++) {
      System.arraycopy(k.data(), k.offset(row) + head * shape.keyWidth(), vector, 0, shape.keyWidth());
      codec.putKey(page, head, position % PAGE, vector, scratch);
      if (!shape.latent()) {
        System.arraycopy(v.data(), v.offset(row) + head * shape.valueWidth(), vector, 0, shape.valueWidth());
        codec.putValue(page, head, position % PAGE, vector, scratch);
      }
    }
  }

  @Override
  public void key(int position, int head, float[] out, int at) {
    codec.key(heldPage(position), head, position % PAGE, vector, scratch);
    System.arraycopy(vector, 0, out, at, layout.shape().keyWidth());
  }

  @Override
  public void value(int position, int head, float[] out, int at) {
    codec.value(heldPage(position), head, position % PAGE, vector, scratch);
    System.arraycopy(vector, 0, out, at, layout.shape().valueWidth());
  }

  private MemorySegment heldPage(int position) {
    requireOpen();
    if (!holds(position, position + 1)) {
      throw new IllegalArgumentException("position %d of %d is not held".formatted(position, length));
    }
    return page(pageOf(position));
  }

  @Override
  public boolean canTruncate(int length) {
    if (length < 0 || length > this.length) {
      return false;
    }
    return firstPage == sinkPages || pagesOf(length) <= sinkPages || pageOf(firstVisible(length)) >= firstPage;
  }

  @Override
  public void truncate(int length) {
    requireOpen();
    if (!canTruncate(length)) {
      throw new IllegalStateException(
          "cannot truncate %d positions to %d: a window of %d no longer holds what comes before"
              .formatted(this.length, length, window));
    }
    int kept = pagesOf(length);
    for (int i = pagesOf(this.length) - 1; i >= kept; i--) {
      if (pages[i] != null) {
        pool.release(pages[i]);
        pages[i] = null;
      }
    }
    firstPage = kept <= sinkPages ? sinkPages : firstPage;
    this.length = length;
    if (index != null) {
      index.truncate(length);
    }
  }

  @Override
  public KeyValueStore copy() {
    requireOpen();
    pool.join();
    PagedStore copy = new PagedStore(layout, window, sinkPages, index == null ? null : index.copy(), pool);
    copy.pages = pages.clone();
    for (Page page : pages) {
      if (page != null) {
        pool.share(page);
      }
    }
    copy.length = length;
    copy.firstPage = firstPage;
    return copy;
  }

  @Override
  public void save(OutputStream out) throws IOException {
    requireOpen();
    KeyValueFile.write(this, out);
  }

  @Override
  public void restore(InputStream in) throws IOException {
    requireOpen();
    KeyValueFile.read(this, in);
  }

  int window() {
    return window;
  }

  int sinkPages() {
    return sinkPages;
  }

  int firstPage() {
    return firstPage;
  }

  int pageCount() {
    return pagesOf(length);
  }

  /** Empties the store. */
  void clear() {
    for (int i = 0; i < pages.length; i++) {
      if (pages[i] != null) {
        pool.release(pages[i]);
        pages[i] = null;
      }
    }
    length = 0;
    firstPage = sinkPages;
    if (index != null) {
      index.truncate(0);
    }
  }

  /** Adds a page while the store is being restored; {@link #restored} makes the pages visible. */
  MemorySegment addPage(int index) {
    if (index >= pages.length) {
      pages = Arrays.copyOf(pages, Math.max(index + 1, 2 * pages.length));
    }
    pages[index] = pool.acquire();
    return pages[index].memory;
  }

  void restored(int length, int firstPage) {
    this.length = length;
    this.firstPage = firstPage;
    updateIndex();
  }

  @Override
  public long bytesAt(int length) {
    int held = window == 0 ? pagesOf(length) : Math.min(pagesOf(length), sinkPages + pagesOf(window) + 1);
    return held * layout.pageBytes() + (index == null ? 0 : index.bytesAt(length));
  }

  @Override
  public long bytes() {
    int held = 0;
    for (Page page : pages) {
      held += page == null ? 0 : 1;
    }
    return held * layout.pageBytes() + (index == null ? 0 : index.bytes());
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the key/value store is closed");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      clear();
      closed = true;
      pool.leave();
      if (index != null) {
        index.close();
      }
    }
  }
}

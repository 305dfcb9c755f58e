package dev.tern.kernel;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A key/value store as a stream: a magic number, what the store must be like, how much it holds, and the held pages as
 * they lie in memory. Nothing is allocated before its bytes are read, page by page.
 */
final class KeyValueFile {
  private static final int MAGIC = 0x544b5632; // "TKV2"
  private static final int CHUNK = 1 << 16;

  private KeyValueFile() {}

  static void write(PagedStore store, OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    out.writeInt(MAGIC);
    for (int value : traits(store)) {
      out.writeInt(value);
    }
    out.writeInt(store.length());
    out.writeInt(store.firstPage());
    byte[] chunk = new byte[CHUNK];
    for (int i = 0; i < store.pageCount(); i++) {
      if (isHeld(i, store.sinkPages(), store.firstPage())) {
        writePage(store.page(i), chunk, out);
      }
    }
    out.flush();
  }

  private static boolean isHeld(int page, int sinkPages, int firstPage) {
    return page < sinkPages || page >= firstPage;
  }

  /** What both stores must agree on. */
  private static int[] traits(PagedStore store) {
    KeyValueShape shape = store.shape();
    return new int[] {
      store.type().ordinal(),
      shape.kvHeads(),
      shape.keyWidth(),
      shape.valueWidth(),
      shape.latent() ? 1 : 0,
      store.window(),
      store.sinkPages()
    };
  }

  private static void writePage(MemorySegment page, byte[] chunk, OutputStream out) throws IOException {
    for (long at = 0; at < page.byteSize(); at += CHUNK) {
      int size = (int) Math.min(CHUNK, page.byteSize() - at);
      MemorySegment.copy(page, ValueLayout.JAVA_BYTE, at, chunk, 0, size);
      out.write(chunk, 0, size);
    }
  }

  static void read(PagedStore store, InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    int magic = in.readInt();
    if (magic != MAGIC) {
      throw new IOException("not a saved key/value store: it starts with %08x, expected %08x".formatted(magic, MAGIC));
    }
    String[] names = {"type", "heads", "key width", "value width", "latent", "window", "sink pages"};
    int[] expected = traits(store);
    for (int i = 0; i < names.length; i++) {
      int found = in.readInt();
      if (found != expected[i]) {
        throw new IOException("saved key/value store: %s %d, expected %d".formatted(names[i], found, expected[i]));
      }
    }
    int length = in.readInt();
    int firstPage = in.readInt();
    int count = Math.ceilDiv(length, KeyValueLayout.PAGE);
    if (length < 0 || firstPage < store.sinkPages() || firstPage > Math.max(count, store.sinkPages())) {
      throw new IOException("saved key/value store: length %d with first page %d".formatted(length, firstPage));
    }
    readPages(store, in, count, firstPage);
    store.restored(length, firstPage);
  }

  private static void readPages(PagedStore store, DataInputStream in, int count, int firstPage) throws IOException {
    store.clear();
    byte[] chunk = new byte[CHUNK];
    try {
      for (int i = 0; i < count; i++) {
        if (isHeld(i, store.sinkPages(), firstPage)) {
          readPage(store.addPage(i), chunk, in);
        }
      }
    } catch (IOException e) {
      store.clear();
      throw e;
    }
  }

  private static void readPage(MemorySegment page, byte[] chunk, DataInputStream in) throws IOException {
    for (long at = 0; at < page.byteSize(); at += CHUNK) {
      int size = (int) Math.min(CHUNK, page.byteSize() - at);
      in.readFully(chunk, 0, size);
      MemorySegment.copy(chunk, 0, page, ValueLayout.JAVA_BYTE, at, size);
    }
  }
}

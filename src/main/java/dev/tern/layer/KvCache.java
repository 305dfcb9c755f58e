package dev.tern.layer;

import dev.tern.kernel.KeyValueStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The keys and values of one attention layer for one sequence. */
public record KvCache(KeyValueStore store) implements State {
  @Override
  public boolean canTruncate(int length) {
    return store.canTruncate(length);
  }

  @Override
  public void truncate(int length) {
    store.truncate(length);
  }

  @Override
  public State copy() {
    return new KvCache(store.copy());
  }

  @Override
  public long bytes() {
    return store.bytes();
  }

  @Override
  public long bytesAt(int length) {
    return store.bytesAt(length);
  }

  @Override
  public void save(OutputStream out) throws IOException {
    store.save(out);
  }

  @Override
  public void restore(InputStream in) throws IOException {
    store.restore(in);
  }

  @Override
  public void close() {
    store.close();
  }
}

package dev.tern.layer;

import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.KeyValueShape;
import dev.tern.kernel.KeyValueStore;
import dev.tern.kernel.KeyValueStores;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The keys and values of one attention layer for one sequence. */
public record KvCache(KeyValueStore store) implements State {
  /**
   * An empty cache of a shape: a ring where the mask never looks further back than a window, with an index where it
   * chooses blocks.
   */
  static KvCache of(KeyValueShape shape, AttentionMask mask, StateOptions options) {
    if (mask.blocks() != null) {
      return new KvCache(KeyValueStores.indexed(options.kvType(), shape, mask.blocks()));
    }
    return new KvCache(
        switch (mask.kind()) {
          case WINDOW, CHUNK -> KeyValueStores.ring(options.kvType(), shape, mask.size(), mask.sinks());
          case CAUSAL, FULL, LOCAL -> KeyValueStores.whole(options.kvType(), shape);
        });
  }

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

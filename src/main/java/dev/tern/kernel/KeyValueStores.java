package dev.tern.kernel;

/** Makes key/value stores. */
public final class KeyValueStores {
  private KeyValueStores() {}

  /** A store that holds every position. */
  public static KeyValueStore whole(KvType type, KeyValueShape shape) {
    return new PagedStore(new KeyValueLayout(type, shape), 0, 0, null);
  }

  /** A store that holds every position, with an index of blocks to select by. */
  public static KeyValueStore indexed(KvType type, KeyValueShape shape, BlockSelection selection) {
    return new PagedStore(new KeyValueLayout(type, shape), 0, 0, new BlockIndex(shape, selection));
  }

  /**
   * A store that holds the last {@code window} positions, the rows appended at once with the newest, and the first
   * {@code sinks} positions, each rounded up to whole pages: enough for a WINDOW or CHUNK mask of that size.
   */
  public static KeyValueStore ring(KvType type, KeyValueShape shape, int window, int sinks) {
    if (window < 1 || sinks < 0) {
      throw new IllegalArgumentException("window %d with %d sinks: expected at least 1 and 0".formatted(window, sinks));
    }
    return new PagedStore(new KeyValueLayout(type, shape), window, sinks, null);
  }
}

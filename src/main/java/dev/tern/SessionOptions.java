package dev.tern;

/**
 * How a session keeps its state; start from {@link #DEFAULT}.
 *
 * @param cache number format of cached keys and values
 */
public record SessionOptions(CacheType cache) {
  public static final SessionOptions DEFAULT = new SessionOptions(CacheType.F16);

  /** Number formats of cached keys and values, from exact to small. */
  public enum CacheType {
    F32,
    F16,
    BF16,
    /** 8 bits and a scale per head. */
    Q8
  }

  public SessionOptions withCache(CacheType cache) {
    return new SessionOptions(cache);
  }
}

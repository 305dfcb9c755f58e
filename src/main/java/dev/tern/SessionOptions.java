package dev.tern;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a session keeps its state, and which adapters it starts with; start from {@link #DEFAULT}.
 *
 * @param cache number format of cached keys and values
 * @param adapters with the weight of each: 1 as it was trained, 0 for none
 */
public record SessionOptions(CacheType cache, Map<Adapter, Float> adapters) {
  public static final SessionOptions DEFAULT = new SessionOptions(CacheType.F16, Map.of());

  public SessionOptions {
    adapters = Collections.unmodifiableMap(new LinkedHashMap<>(adapters));
  }

  /** Number formats of cached keys and values, from exact to small. */
  public enum CacheType {
    F32,
    F16,
    BF16,
    /** 8 bits and a scale per head. */
    Q8
  }

  public SessionOptions withCache(CacheType cache) {
    return new SessionOptions(cache, adapters);
  }

  public SessionOptions withAdapter(Adapter adapter) {
    return withAdapter(adapter, 1);
  }

  public SessionOptions withAdapter(Adapter adapter, float weight) {
    Map<Adapter, Float> more = new LinkedHashMap<>(adapters);
    more.put(adapter, weight);
    return new SessionOptions(cache, more);
  }
}

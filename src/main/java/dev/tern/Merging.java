package dev.tern;

import dev.tern.adapter.MergeType;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adapters that become part of a model's weights when it is loaded; they cost nothing afterwards, and cannot be taken
 * away.
 *
 * @param adapters paths of PEFT directories or GGUF files, with the weight of each
 * @param type what the changed tensors are then stored as
 */
public record Merging(Map<Path, Float> adapters, Type type) {
  public static final Merging NONE = new Merging(Map.of(), Type.KEEP);

  public Merging {
    adapters = Collections.unmodifiableMap(new LinkedHashMap<>(adapters));
  }

  /** How changed tensors are stored. */
  public enum Type {
    /** As before: what was quantized is quantized again. */
    KEEP,
    BF16,
    F32
  }

  public Merging with(Path adapter, float weight) {
    Map<Path, Float> more = new LinkedHashMap<>(adapters);
    more.put(adapter, weight);
    return new Merging(more, type);
  }

  public Merging into(Type type) {
    return new Merging(adapters, type);
  }

  MergeType mergeType() {
    return MergeType.valueOf(type.name());
  }
}

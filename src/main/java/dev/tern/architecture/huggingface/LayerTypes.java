package dev.tern.architecture.huggingface;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Which layers of a hybrid model attend: {@code layer_types}, or the keys that came before it. */
public final class LayerTypes {
  private static final Set<String> ATTENTION = Set.of("full_attention", "attention");

  private LayerTypes() {}

  /** Key and value heads of each layer, none where it has no attention. */
  public static long[] keyValueHeads(HuggingFaceConfig config) {
    long[] heads = new long[config.layers()];
    for (int layer = 0; layer < heads.length; layer++) {
      heads[layer] = attends(config, layer) ? config.count("num_key_value_heads", config.heads()) : 0;
    }
    return heads;
  }

  /** Every how many layers one attends. */
  public static Long interval(HuggingFaceConfig config) {
    if (config.has("full_attention_interval")) {
      return (long) config.count("full_attention_interval");
    }
    int first = config.texts("layer_types").indexOf("full_attention");
    return first < 0 ? null : (Long) (first + 1L);
  }

  private static boolean attends(HuggingFaceConfig config, int layer) {
    List<String> types = config.texts("layer_types");
    if (!types.isEmpty()) {
      if (types.size() != config.layers()) {
        throw config.invalid("layer_types", config.layers() + " types", types.size());
      }
      return ATTENTION.contains(types.get(layer));
    }
    return !config.has("full_attn_idxs")
        || Arrays.stream(config.metadata().integers("full_attn_idxs")).anyMatch(index -> index == layer);
  }
}

package dev.tern.architecture.huggingface;

import java.util.List;
import java.util.function.IntPredicate;

/** Which layers see a window only: {@code layer_types}, or what came before it. */
final class SlidingWindows {
  static final List<KeyRule> RULES =
      List.of(
          new KeyRule("attention.sliding_window", SlidingWindows::window),
          new KeyRule("attention.sliding_window_pattern", SlidingWindows::pattern));

  private static final List<String> INTERVALS = List.of("sliding_window_pattern", "_sliding_window_pattern");

  private SlidingWindows() {}

  private static Long window(HuggingFaceConfig config) {
    if (!config.has("sliding_window") || !config.flag("use_sliding_window", true)) {
      return null;
    }
    return (long) config.count("sliding_window");
  }

  /** Null leaves the pattern to the family. */
  private static boolean[] pattern(HuggingFaceConfig config) {
    if (window(config) == null) {
      return null;
    }
    List<String> types = config.texts("layer_types");
    if (!types.isEmpty()) {
      return flags(types.size(), layer -> types.get(layer).equals("sliding_attention"));
    }
    if (config.first(INTERVALS).isPresent()) {
      int interval = Math.max(1, config.count(config.first(INTERVALS).get()));
      return flags(config.layers(), layer -> (layer + 1) % interval != 0);
    }
    if (config.flag("use_sliding_window", false) && config.has("max_window_layers")) {
      int first = config.count("max_window_layers");
      return flags(config.layers(), layer -> layer >= first);
    }
    return null;
  }

  static boolean[] flags(int count, IntPredicate flag) {
    boolean[] flags = new boolean[count];
    for (int i = 0; i < count; i++) {
      flags[i] = flag.test(i);
    }
    return flags;
  }
}

package dev.tern.architecture.huggingface;

import java.util.List;
import java.util.function.Function;

/**
 * Where a hyperparameter comes from.
 *
 * @param key GGUF's, without the prefix of the architecture
 * @param value from the configuration; null for a key that stays missing
 */
record KeyRule(String key, Function<HuggingFaceConfig, Object> value) {
  /** A count under the first of these names that the file has. */
  static KeyRule count(String key, List<String> names) {
    return of(key, names, (config, name) -> (long) config.count(name));
  }

  /** A count, or one for each layer. */
  static KeyRule counts(String key, List<String> names) {
    return of(
        key,
        names,
        (config, name) ->
            config.metadata().isArray(name) ? config.metadata().integers(name) : (Object) (long) config.count(name));
  }

  static KeyRule real(String key, List<String> names) {
    return of(key, names, HuggingFaceConfig::real);
  }

  static KeyRule flag(String key, List<String> names) {
    return of(key, names, (config, name) -> config.flag(name, false));
  }

  private static KeyRule of(String key, List<String> names, Reader reader) {
    return new KeyRule(key, config -> config.first(names).map(name -> reader.read(config, name)).orElse(null));
  }

  /** Reads a value of one type. */
  private interface Reader {
    Object read(HuggingFaceConfig config, String name);
  }
}

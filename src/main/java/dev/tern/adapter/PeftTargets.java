package dev.tern.adapter;

import java.util.List;
import java.util.OptionalInt;

/** Which modules a PEFT configuration targets: lists of names or a pattern, perhaps in some layers only. */
final class PeftTargets {
  private static final String ALL = "all-linear";

  private final PeftConfig config;
  private final List<Integer> layers;
  private final List<ModulePattern> numbers;

  PeftTargets(PeftConfig config) {
    this.config = config;
    layers = config.integers("layers_to_transform");
    List<String> parts = config.texts("layers_pattern").stream().filter(part -> !part.isEmpty()).toList();
    numbers = (parts.isEmpty() ? List.of("[^.]*") : parts).stream().map(this::number).toList();
  }

  private ModulePattern number(String part) {
    return ModulePattern.number(config.file() + ": key 'layers_pattern'", part);
  }

  boolean contain(String module) {
    if (config.has("exclude_modules") && named("exclude_modules", module)) {
      return false;
    }
    if (config.isText("target_modules")) {
      return named("target_modules", module);
    }
    List<String> targets = config.texts("target_modules");
    return targets.contains(module) || isListed(targets, module) && (layers.isEmpty() || inLayers(module));
  }

  /** Whether the names or the pattern of a key fit a module. */
  boolean named(String key, String module) {
    if (!config.isText(key)) {
      return isListed(config.texts(key), module);
    }
    String pattern = config.text(key, "");
    return pattern.equals(ALL) || ModulePattern.whole(config.file() + ": key '" + key + "'", pattern).matches(module);
  }

  private static boolean isListed(List<String> names, String module) {
    return names.stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
  }

  private boolean inLayers(String module) {
    for (ModulePattern pattern : numbers) {
      OptionalInt number = pattern.numberIn(module);
      if (number.isPresent()) {
        return layers.contains(number.getAsInt());
      }
    }
    return false;
  }
}

package dev.tern.architecture.huggingface;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * From parts of Hugging Face's tensor names to parts of GGUF's. A part is what follows {@code model.layers.N.} or, of
 * tensors outside of layers, {@code model.}. A rule is for a whole part ({@code self_attn.sinks}), or for one without
 * its suffix ({@code self_attn.q_proj}: the weight, with its derivation, and the bias). A star in it stands for a
 * number, that of an expert.
 */
final class NameTable {
  private static final List<String> SUFFIXES = List.of(".weight", ".bias");
  private static final Pattern NUMBER = Pattern.compile("\\.(\\d+)(?=\\.|$)");

  static final NameTable EMPTY = new NameTable(Map.of());

  private final Map<String, List<Target>> rules;

  private NameTable(Map<String, List<Target>> rules) {
    this.rules = rules;
  }

  /** The table with another rule, which replaces one for the same part. */
  NameTable with(String part, List<Target> targets) {
    Map<String, List<Target>> all = new HashMap<>(rules);
    all.put(part, targets);
    return new NameTable(Map.copyOf(all));
  }

  /** A table of plain names: part, GGUF's part, part, … */
  static NameTable of(String... names) {
    Map<String, List<Target>> rules = new HashMap<>();
    for (int i = 0; i < names.length; i += 2) {
      rules.put(names[i], List.of(new Target(names[i + 1], Derivation.NONE)));
    }
    return new NameTable(Map.copyOf(rules));
  }

  /** What a part with its suffix becomes; empty if there is no rule. */
  Optional<List<Target>> find(String part) {
    Matcher number = NUMBER.matcher(part);
    String expert = number.find() ? number.group(1) : "";
    String general = expert.isEmpty() ? part : number.replaceFirst(".*");
    return Optional.ofNullable(rules.get(general))
        .or(() -> SUFFIXES.stream().flatMap(suffix -> bySuffix(general, suffix)).findFirst())
        .map(targets -> targets.stream().map(target -> numbered(target, expert)).toList());
  }

  private Stream<List<Target>> bySuffix(String part, String suffix) {
    List<Target> targets = part.endsWith(suffix) ? rules.get(part.substring(0, part.length() - suffix.length())) : null;
    boolean bias = suffix.equals(".bias");
    if (targets == null || bias && targets.size() > 1) {
      return Stream.empty();
    }
    return Stream.of(
        targets.stream()
            .map(target -> new Target(target.name() + suffix, bias ? Derivation.NONE : target.derivation()))
            .toList());
  }

  private static Target numbered(Target target, String expert) {
    return new Target(target.name().replace("*", expert), target.derivation());
  }
}

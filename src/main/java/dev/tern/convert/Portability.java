package dev.tern.convert;

import dev.tern.checkpoint.GgufValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What a written file has that other runtimes for GGUF do not know, as far as they are known. */
final class Portability {
  private static final Set<String> OWN_ARCHITECTURES = Set.of("minimax");

  /** Keys, without prefix, of this project: without them a model computes something else. */
  private static final Pattern OWN_KEYS =
      Pattern.compile(
          "rope\\.(interleaved|layers|scaling\\.yarn_truncate)|multiplier\\..*|residual\\..*|kda\\.head_count"
              + "|ssm\\.(time_step_low|time_step_high|norm_before_gate)|classifier\\.(pooling|activation)");

  private static final Pattern MASKED_TOKEN_HEAD = Pattern.compile("(output|mlm|mlm_norm)\\.(weight|bias)");

  private Portability() {}

  /** One line for each; empty for a file that runs everywhere. */
  static List<String> notes(Map<String, GgufValue> metadata, Collection<String> tensors) {
    String architecture = (String) metadata.get("general.architecture").value();
    if (OWN_ARCHITECTURES.contains(architecture)) {
      return List.of("architecture '%s' has no form that other runtimes read".formatted(architecture));
    }
    List<String> notes = new ArrayList<>();
    String prefix = architecture + ".";
    for (String key : metadata.keySet()) {
      String local = key.startsWith(prefix) ? key.substring(prefix.length()) : "";
      if (OWN_KEYS.matcher(local).matches()
          || architecture.equals("llama") && local.equals("attention.sliding_window")) {
        notes.add("other runtimes do not heed key '%s'".formatted(key));
      }
    }
    if (architecture.endsWith("bert")) {
      tensors.stream()
          .filter(name -> MASKED_TOKEN_HEAD.matcher(name).matches())
          .findFirst()
          .ifPresent(name -> notes.add("other runtimes have no head for masked tokens ('%s')".formatted(name)));
    }
    return notes;
  }
}

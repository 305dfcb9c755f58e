package dev.tern.adapter;

import java.nio.file.Path;
import java.util.Map;

/** One type of PEFT adapters: what the tensors of a module mean. */
interface PeftKind {
  /** Whether the module has tensors of this kind, rather than fully trained ones. */
  boolean adapts(PeftModule module);

  /** Adds what the tensors of a module change. */
  void add(PeftModule module, AdapterBase base, Map<String, TensorChange> changes);

  static PeftKind of(PeftConfig config, Path file) {
    String type = config.text("peft_type", "");
    return switch (type) {
      case "LORA" -> new PeftLora(config, file);
      case "IA3" -> new PeftIa3(config, file);
      default -> throw config.invalid("peft_type", "LORA or IA3 (others are not supported)", "'" + type + "'");
    };
  }
}

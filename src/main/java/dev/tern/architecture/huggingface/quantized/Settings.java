package dev.tern.architecture.huggingface.quantized;

import dev.tern.checkpoint.HuggingFaceDirectory;
import dev.tern.checkpoint.Metadata;
import dev.tern.error.CheckpointException;
import java.util.List;
import java.util.Optional;

/**
 * What a directory says of its quantization: {@code quantization_config} of {@code config.json}, or a file of its own.
 */
final class Settings {
  private static final List<String> PREFIXES =
      List.of("quantization_config.", "text_config.quantization_config.", "compression_config.");

  private final Metadata metadata;
  private final String prefix;
  private final String method;

  private Settings(Metadata metadata, String prefix, String method) {
    this.metadata = metadata;
    this.prefix = prefix;
    this.method = method;
  }

  static Settings of(HuggingFaceDirectory directory) {
    for (String prefix : PREFIXES) {
      if (directory.metadata().keys().stream().anyMatch(key -> key.startsWith(prefix))) {
        String method = directory.metadata().text(prefix + "quant_method", "");
        return new Settings(directory.metadata(), prefix, method);
      }
    }
    // Before 2024 the tools wrote a file each.
    Optional<Settings> gptq = directory.metadata("quantize_config.json").map(file -> new Settings(file, "", "gptq"));
    Optional<Settings> awq = directory.metadata("quant_config.json").map(file -> new Settings(file, "", "awq"));
    return gptq.or(() -> awq).orElseGet(() -> new Settings(directory.metadata(), "", "none"));
  }

  String method() {
    return method;
  }

  boolean has(String key) {
    return metadata.has(prefix + key);
  }

  int count(String key) {
    return metadata.count(prefix + key);
  }

  long[] integers(String key, long... fallback) {
    return has(key) ? metadata.integers(prefix + key) : fallback;
  }

  String text(String key, String fallback) {
    return metadata.text(prefix + key, fallback);
  }

  CheckpointException invalid(String key, String expected, Object found) {
    return new CheckpointException(
        "%s: key '%s': expected %s, found %s".formatted(metadata.source(), prefix + key, expected, found));
  }
}

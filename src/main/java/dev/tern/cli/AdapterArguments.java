package dev.tern.cli;

import dev.tern.Model;
import dev.tern.SessionOptions;
import dev.tern.error.TernException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option that puts adapters in force. */
final class AdapterArguments {
  @Option(
      names = "--adapter",
      paramLabel = "PATH[=WEIGHT]",
      description =
          "PEFT directory or GGUF file with an adapter, and how strongly it acts (default 1). May be repeated: what"
              + " several change adds up.")
  private List<String> adapters = List.of();

  /** The weights by path. */
  Map<Path, Float> weights() {
    return weights(adapters);
  }

  /** Takes {@code PATH[=WEIGHT]} apart; a path that exists is taken as a whole. */
  static Map<Path, Float> weights(List<String> adapters) {
    Map<Path, Float> weights = new LinkedHashMap<>();
    for (String adapter : adapters) {
      int at = Files.exists(Path.of(adapter)) ? -1 : adapter.lastIndexOf('=');
      Path path = Path.of(at < 0 ? adapter : adapter.substring(0, at));
      if (weights.put(path, at < 0 ? 1 : weight(adapter, adapter.substring(at + 1))) != null) {
        throw new TernException("adapter '%s': expected each adapter once, found it twice".formatted(path));
      }
    }
    return weights;
  }

  private static float weight(String adapter, String text) {
    try {
      float weight = Float.parseFloat(text);
      if (Float.isFinite(weight)) {
        return weight;
      }
    } catch (NumberFormatException e) {
      throw new TernException("adapter '%s': expected PATH=WEIGHT, found weight '%s'".formatted(adapter, text), e);
    }
    throw new TernException("adapter '%s': expected a finite weight, found %s".formatted(adapter, text));
  }

  /** Loads them, and the options of a session that begins with them. */
  SessionOptions attach(Model model, SessionOptions options) {
    SessionOptions with = options;
    for (var entry : weights().entrySet()) {
      with = with.withAdapter(model.loadAdapter(entry.getKey()), entry.getValue());
    }
    return with;
  }
}

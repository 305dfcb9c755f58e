package dev.tern.cli;

import dev.tern.error.TernException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The model that commands take when none is named: the first GGUF file in {@code models/}. */
final class ShippedModel {
  private ShippedModel() {}

  /** Looks in the installation, then in the current directory. */
  static Path path() {
    return Stream.of(Path.of(System.getProperty("tern.home", ""), "models"), Path.of("models"))
        .filter(Files::isDirectory)
        .flatMap(folder -> models(folder).stream())
        .findFirst()
        .orElseThrow(() -> new TernException("no model given and none found in models/: use -m PATH"));
  }

  private static List<Path> models(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".gguf")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

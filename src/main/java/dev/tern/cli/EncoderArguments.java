package dev.tern.cli;

import dev.tern.Encoder;
import dev.tern.ModelOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The options that say which encoder, and the texts. */
final class EncoderArguments {
  @Option(
      names = {"-m", "--model"},
      required = true,
      paramLabel = "PATH",
      description = "Hugging Face directory or GGUF file of an encoder.")
  private Path path;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads that compute. Default: one per physical core.")
  private int threads;

  @Option(
      names = "--quantize",
      paramLabel = "TYPE",
      description = "Quantizes the weights while loading, as 'tern quantize --type TYPE' does. Default: as they are.")
  private String quantize = "";

  @Option(names = "--file", paramLabel = "FILE", description = "Texts from a file, one per line; repeatable.")
  private List<Path> files = List.of();

  @Parameters(paramLabel = "TEXT", arity = "0..*", description = "The texts.")
  private List<String> texts = List.of();

  Encoder load() {
    try (Progress _ = Progress.start("loading " + path)) {
      return Encoder.load(path, ModelOptions.DEFAULT.withThreads(threads).withQuantize(quantize));
    }
  }

  List<String> texts(CommandSpec spec) {
    List<String> all = new ArrayList<>(texts);
    for (Path file : files) {
      try {
        all.addAll(Files.readAllLines(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (all.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "expected a TEXT or --file");
    }
    return all;
  }
}

package dev.tern.cli;

import dev.tern.adapter.MergeType;
import dev.tern.adapter.MergedFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tern merge BASE ADAPTER[=WEIGHT]… OUT}. */
@Command(
    name = "merge",
    description = {
      "Write a model with adapters merged into its weights.",
      "The result has the form of the base: a GGUF file, or a Hugging Face directory."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tern merge base.gguf poems merged.gguf",
      "  tern merge --type bf16 base.gguf poems=0.7 verse.gguf=0.3 merged.gguf",
    })
final class MergeCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--type",
      paramLabel = "keep|bf16|f32",
      description = "Type of the tensors that change; keep quantizes again what was. Default: ${DEFAULT-VALUE}.")
  private MergeType type = MergeType.KEEP;

  @Parameters(index = "0", paramLabel = "BASE", description = "GGUF file or Hugging Face directory.")
  private Path base;

  @Parameters(
      index = "1..*",
      arity = "2..*",
      paramLabel = "ADAPTER[=WEIGHT]… OUT",
      hideParamSyntax = true,
      description = "PEFT directories or GGUF files, and where the result goes: a path that does not exist yet.")
  private List<String> rest;

  @Override
  public void run() {
    if (rest.size() < 2) {
      throw new ParameterException(spec.commandLine(), "expected an adapter at least, and where the result goes");
    }
    Map<Path, Float> adapters = AdapterArguments.weights(rest.subList(0, rest.size() - 1));
    Path out = Path.of(rest.getLast());
    try (Progress _ = Progress.start("merging into " + out)) {
      MergedFiles.write(base, adapters, type, out);
    }
  }
}

package dev.tern.cli;

import dev.tern.evaluate.GoldenAdapters;
import dev.tern.evaluate.GoldenDirectory;
import dev.tern.evaluate.Verification;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tern verify DIR…}. */
@Command(
    name = "verify",
    description = {
      "Compare checkpoints, or with --base adapters, with reference logits.",
      "A directory holds golden.safetensors (input_ids, logits) and the checkpoint as model.gguf, as a Hugging Face"
          + " directory, or both. Each is run on all tokens at once, one by one and in uneven chunks.",
      "With --base a directory holds golden.safetensors and an adapter in PEFT's form, as adapter.gguf, or both; a file"
          + " NAME.json gives several adapters beside it their weights, and NAME.safetensors holds the logits."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tern verify ../shared/golden/checkpoints/*",
      "  tern verify --base ../shared/golden/checkpoints/llama ../shared/golden/adapters/lora-r4",
    })
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--tolerance",
      paramLabel = "E",
      description = "Largest relative error ‖a−b‖/‖b‖ that passes. Default: ${DEFAULT-VALUE}.")
  private double tolerance = 1e-4;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads that compute. Default: one per physical core.")
  private int threads;

  @Option(
      names = "--base",
      paramLabel = "CHECKPOINT",
      description = "The base of adapters: GGUF file, or directory with it in one or both forms.")
  private Path base;

  @Parameters(paramLabel = "DIR", arity = "1..*", description = "Directories with golden.safetensors.")
  private List<Path> directories;

  private boolean failed;

  @Override
  public Integer call() {
    for (Path directory : directories) {
      if (base != null) {
        verifyAdapters(GoldenAdapters.open(directory));
        continue;
      }
      GoldenDirectory golden = GoldenDirectory.open(directory);
      for (GoldenDirectory.Form form : golden.forms()) {
        report(golden.name(), form.label(), () -> golden.verify(form, threads));
      }
    }
    return failed ? Main.FAILED : 0;
  }

  private void verifyAdapters(GoldenAdapters golden) {
    for (Path source : GoldenDirectory.sources(base)) {
      String baseForm = Files.isDirectory(source) ? "hf" : "gguf";
      for (GoldenAdapters.Form form : golden.forms()) {
        report(golden.name(), form.label() + "/" + baseForm, () -> golden.verify(source, form, threads));
      }
    }
  }

  private void report(String name, String form, Supplier<List<Verification.Result>> verification) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      for (Verification.Result result : verification.get()) {
        boolean passed = result.error() <= tolerance;
        failed |= !passed;
        out.printf(
            Locale.ROOT,
            "%-20s %-9s %-14s error %.2e  top-1 %5.1f%%  %s%n",
            name,
            form,
            result.way(),
            result.error(),
            100 * result.agreement(),
            passed ? "PASS" : "FAIL");
      }
    } catch (dev.tern.error.TernException e) {
      failed = true;
      out.printf("%-20s %-9s FAIL %s%n", name, form, e.getMessage());
    }
    out.flush();
  }
}

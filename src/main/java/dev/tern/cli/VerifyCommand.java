package dev.tern.cli;

import dev.tern.evaluate.GoldenDirectory;
import dev.tern.evaluate.Verification;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tern verify DIR…}. */
@Command(
    name = "verify",
    description = {
      "Compare checkpoints with reference logits.",
      "A directory holds golden.safetensors (input_ids, logits) and the checkpoint as model.gguf, as a Hugging Face"
          + " directory, or both. Each is run on all tokens at once, one by one and in uneven chunks."
    },
    footerHeading = "%nExample:%n",
    footer = "  tern verify ../shared/golden/checkpoints/*")
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

  @Parameters(paramLabel = "DIR", arity = "1..*", description = "Directories with golden.safetensors.")
  private List<Path> directories;

  private boolean failed;

  @Override
  public Integer call() {
    for (Path directory : directories) {
      GoldenDirectory golden = GoldenDirectory.open(directory);
      for (GoldenDirectory.Form form : golden.forms()) {
        verify(golden, form);
      }
    }
    return failed ? Main.FAILED : 0;
  }

  private void verify(GoldenDirectory golden, GoldenDirectory.Form form) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      for (Verification.Result result : golden.verify(form, threads)) {
        boolean passed = result.error() <= tolerance;
        failed |= !passed;
        out.printf(
            Locale.ROOT,
            "%-20s %-5s %-14s error %.2e  top-1 %5.1f%%  %s%n",
            golden.name(),
            form.label(),
            result.way(),
            result.error(),
            100 * result.agreement(),
            passed ? "PASS" : "FAIL");
      }
    } catch (dev.tern.error.TernException e) {
      failed = true;
      out.printf("%-20s %-5s FAIL %s%n", golden.name(), form.label(), e.getMessage());
    }
    out.flush();
  }
}

package dev.tern.cli;

import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.TensorInfo;
import dev.tern.convert.Importance;
import dev.tern.convert.ImportanceFile;
import dev.tern.convert.Quantization;
import dev.tern.convert.QuantizationOptions;
import dev.tern.convert.Scheme;
import dev.tern.convert.TypeOverride;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tern quantize IN OUT}. */
@Command(
    name = "quantize",
    description = {
      "Write a model as a GGUF file with fewer bits, from a GGUF file or a Hugging Face directory.",
      "Of each tensor the type and the relative error that it adds (root mean square) are printed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tern quantize --type q4_k_m model-directory model-q4_k_m.gguf",
      "  tern quantize --type q3_k_m --calibrate text.txt model.gguf model-q3_k_m.gguf",
      "  tern quantize --type q8_0 --tensor 'attn_v=f16' --tensor '^output=q6_k' model.gguf small.gguf",
    })
final class QuantizeCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--type",
      required = true,
      paramLabel = "TYPE",
      description = "Type of most matrices, or a mixture (Q4_K_M): ${COMPLETION-CANDIDATES}.")
  private Scheme scheme;

  @Option(
      names = "--tensor",
      paramLabel = "PATTERN=TYPE",
      description = "Another type for tensors in whose name the regular expression is found; may be repeated.")
  private List<String> overrides = List.of();

  @Option(
      names = "--calibrate",
      paramLabel = "FILE",
      description = {
        "A text (UTF-8) that the model is run on first: what its matrices are given there tells which columns matter."
            + " The end of the text measures the KL divergence of the result. Or an imatrix of llama.cpp (GGUF)."
      })
  private Path calibration;

  @Parameters(index = "0", paramLabel = "IN", description = "GGUF file or Hugging Face directory.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The GGUF file to write.")
  private Path out;

  @Override
  public void run() {
    List<TypeOverride> types = overrides.stream().map(TypeOverride::parse).toList();
    boolean isText = calibration != null && !ImportanceFile.isAt(calibration);
    CalibrationText text = isText ? new CalibrationText(calibration, in) : null;
    Importance importance = importance(text);
    AtomicBoolean interrupted = new AtomicBoolean();
    InterruptedRun.onInterrupt(() -> interrupted.set(true));
    try (Checkpoint checkpoint = ModelCheckpoints.open(in)) {
      Report report = new Report(spec.commandLine().getOut());
      Quantization quantization = new Quantization(checkpoint, new QuantizationOptions(scheme, types, importance));
      if (quantization.write(out, report, () -> !interrupted.get())) {
        report.total(out);
        quantization.notes().forEach(note -> spec.commandLine().getErr().println("note: " + note));
      }
    }
    if (isText && !interrupted.get()) {
      text.measure(out, spec.commandLine().getOut());
    }
  }

  private Importance importance(CalibrationText text) {
    if (text != null) {
      return text.importance();
    }
    return calibration == null ? Importance.NONE : ImportanceFile.read(calibration);
  }

  /** Prints what was written; on a terminal with a bar below. */
  private static final class Report implements Quantization.Listener {
    private final PrintWriter out;
    private final ProgressBar bar = new ProgressBar();
    private long values;
    private long bytes;

    Report(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void written(Quantization.Written written, long done, long all) {
      TensorInfo tensor = written.tensor();
      values += tensor.size();
      bytes += tensor.bytes();
      String error = written.error() == 0 ? "exact" : String.format(Locale.ROOT, "%.5f", written.error());
      bar.erase();
      out.printf("%-36s %-20s %-8s %s%n", tensor.name(), tensor.shape(), tensor.type(), error);
      out.flush();
      bar.show((double) done / Math.max(1, all));
    }

    void total(Path file) {
      bar.erase();
      out.printf(
          Locale.ROOT, "%s: %s, %.2f bits per weight%n", file, Sizes.bytes(bytes), 8.0 * bytes / Math.max(1, values));
      out.flush();
    }
  }
}

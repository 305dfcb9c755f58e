package dev.tern.cli;

import dev.tern.architecture.BuildOptions;
import dev.tern.convert.Importance;
import dev.tern.engine.LoadedModel;
import dev.tern.error.TernException;
import dev.tern.evaluate.Calibration;
import dev.tern.evaluate.Divergence;
import dev.tern.evaluate.EvaluatedModel;
import dev.tern.evaluate.Statistics;
import dev.tern.evaluate.Windows;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** A text by which a model is calibrated, but for its end, which the result is measured by. */
final class CalibrationText {
  private static final StateOptions STATES = new StateOptions(KvType.F32);
  private static final int WINDOW = 512;

  /** The share of the tokens that is kept for measuring, and the most of them. */
  private static final int MEASURED_PART = 8;

  private static final int MEASURED_TOKENS = 4096;

  private final Path file;
  private final Path source;
  private int[] ids;

  CalibrationText(Path file, Path source) {
    this.file = file;
    this.source = source;
  }

  /** What the source's matrices are given along the text. */
  Importance importance() {
    try (Progress _ = Progress.start("calibrating " + source);
        EvaluatedModel model = load(source)) {
      ids = model.tokenizer().encodePrompt(read());
      if (ids.length < 2 * MEASURED_PART) {
        throw new TernException(
            "%s: expected at least %d tokens, found %d".formatted(file, 2 * MEASURED_PART, ids.length));
      }
      int[] first = Arrays.copyOf(ids, ids.length - measured());
      return Calibration.of(model.engine(), STATES, first, windows(model));
    }
  }

  /** Prints how far the predictions of the file that was written are from the source's. */
  void measure(Path written, PrintWriter out) {
    int[] rest = Arrays.copyOfRange(ids, ids.length - measured(), ids.length);
    try (Progress _ = Progress.start("measuring " + written);
        EvaluatedModel model = load(written);
        EvaluatedModel reference = load(source)) {
      Divergence result = Divergence.of(model.side(), reference.side(), rest, windows(reference));
      double[] kl = result.divergence();
      out.printf(
          Locale.ROOT,
          "KL divergence from the source over the last %d tokens of the text, which were not calibrated by:%n"
              + "%.6f ± %.6f nats, same likeliest token %.1f%%%n",
          rest.length,
          Statistics.mean(kl),
          Statistics.deviation(kl) / Math.sqrt(kl.length),
          100 * Statistics.mean(result.agreement()));
      out.flush();
    }
  }

  private int measured() {
    return Math.min(MEASURED_TOKENS, ids.length / MEASURED_PART);
  }

  private static Windows windows(EvaluatedModel model) {
    return Windows.disjoint(Math.min(WINDOW, model.engine().contextLength()));
  }

  private static EvaluatedModel load(Path path) {
    var options = new LoadedModel.Options(0, 0, ActivationPrecision.F32, BuildOptions.DEFAULT);
    return EvaluatedModel.load(path, options, STATES);
  }

  private String read() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

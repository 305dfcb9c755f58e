package dev.tern.cli;

import dev.tern.evaluate.ChoiceTask;
import dev.tern.evaluate.EvaluatedModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/** The result of a choice task, for people. */
final class ChoiceReport {
  private ChoiceReport() {}

  static void print(PrintWriter out, EvaluatedModel model, Path file) {
    ChoiceTask.Score score = ChoiceTask.read(file).score(model);
    out.printf(
        Locale.ROOT,
        "questions    %d%naccuracy     %.2f%% ± %.2f%%%nper byte     %.2f%% ± %.2f%%%n",
        score.questions(),
        100 * score.accuracy(),
        100 * score.accuracyError(),
        100 * score.perByteAccuracy(),
        100 * score.perByteError());
  }
}

package dev.tern.study.laws;

import dev.tern.error.TernException;
import dev.tern.study.report.Document;

/** The laws that a table obeys; its records are also the keys of the JSON output. */
public sealed interface LawsResult permits RunsResult, OptimaResult, RoutedResult {
  /** The result for people. */
  Document document();

  /**
   * Studies a table. Its columns tell of what kind it is: experts make it a routed study, optimal parameters one of
   * isoFLOP optima; all others are of plain training runs.
   */
  static LawsResult of(CsvTable table, LawsOptions options) {
    LawsTable input = LawsTable.of(table, options.columns());
    if (input.has(Role.EXPERTS)) {
      refusePlan(table, options, "a law of experts has no tokens");
      return RoutedResult.of(input, options);
    }
    if (input.has(Role.OPTIMAL_PARAMETERS)) {
      refusePlan(table, options, "optima without losses predict none");
      return OptimaResult.of(input, options);
    }
    return RunsResult.of(input, options);
  }

  private static void refusePlan(CsvTable table, LawsOptions options, String why) {
    if (!options.budgets().isEmpty()) {
      throw new TernException("%s: cannot plan: %s".formatted(table.file(), why));
    }
  }
}

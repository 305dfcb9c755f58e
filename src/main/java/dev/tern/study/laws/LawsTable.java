package dev.tern.study.laws;

import dev.tern.error.TernException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table whose columns have roles.
 *
 * @param table the rows
 * @param columns the column of each role that there is
 */
record LawsTable(CsvTable table, Map<Role, String> columns) {
  /**
   * Finds the columns by their names.
   *
   * @param chosen columns that the user names; they go before those that are recognized
   */
  static LawsTable of(CsvTable table, Map<Role, String> chosen) {
    Map<Role, String> columns = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      List<String> found = table.columns().stream().filter(role::matches).toList();
      if (chosen.containsKey(role)) {
        table.index(chosen.get(role));
        columns.put(role, chosen.get(role));
      } else if (found.size() > 1) {
        throw new TernException(
            "%s: the columns %s all look like %s; choose one with --columns %s=NAME"
                .formatted(table.file(), found, role.key(), role.key()));
      } else if (found.size() == 1) {
        columns.put(role, found.getFirst());
      }
    }
    return new LawsTable(table, columns).lastSteps();
  }

  boolean has(Role role) {
    return columns.containsKey(role);
  }

  private String column(Role role) {
    if (!has(role)) {
      throw new TernException(
          "%s: no column for %s among %s; choose one with --columns %s=NAME"
              .formatted(table.file(), role.key(), table.columns(), role.key()));
    }
    return columns.get(role);
  }

  /** The numbers of a role, one per row, above zero. */
  double[] positive(Role role) {
    String column = column(role);
    return table.rows().stream().mapToDouble(row -> table.positive(row, column)).toArray();
  }

  /** The rows that have a value for a role; at least one. */
  LawsTable present(Role role) {
    CsvTable kept = table.present(column(role));
    if (kept.rows().isEmpty()) {
      throw new TernException("%s: no row has a value for %s".formatted(table.file(), role.key()));
    }
    return new LawsTable(kept, columns);
  }

  /** The parts by some columns. */
  Map<String, LawsTable> by(List<String> names) {
    Map<String, LawsTable> parts = new LinkedHashMap<>();
    table.by(names).forEach((name, part) -> parts.put(name, new LawsTable(part, columns)));
    return parts;
  }

  /** Of runs with several steps only the last: a loss before the learning rate has decayed is not that of a run. */
  private LawsTable lastSteps() {
    if (!has(Role.RUN) || !has(Role.STEP)) {
      return this;
    }
    int run = table.index(column(Role.RUN));
    String step = column(Role.STEP);
    Map<String, List<String>> last = new LinkedHashMap<>();
    for (List<String> row : table.rows()) {
      last.merge(row.get(run), row, (a, b) -> table.number(b, step) >= table.number(a, step) ? b : a);
    }
    return new LawsTable(new CsvTable(table.file(), table.columns(), List.copyOf(last.values())), columns);
  }

  /** The rows as training runs; of tokens and compute one may be missing, as C = 6ND. */
  List<TrainingRun> runs() {
    double[] parameters = positive(Role.PARAMETERS);
    double[] loss = positive(Role.LOSS);
    if (!has(Role.TOKENS) && !has(Role.COMPUTE)) {
      throw new TernException(
          "%s: expected a column of tokens or of compute among %s; choose one with --columns tokens=NAME"
              .formatted(table.file(), table.columns()));
    }
    double[] tokens = has(Role.TOKENS) ? positive(Role.TOKENS) : null;
    double[] compute = has(Role.COMPUTE) ? positive(Role.COMPUTE) : null;
    List<TrainingRun> runs = new ArrayList<>();
    for (int i = 0; i < loss.length; i++) {
      double flopsPerToken = TrainingRun.TRAINING_FLOPS * parameters[i];
      double seen = tokens == null ? compute[i] / flopsPerToken : tokens[i];
      runs.add(new TrainingRun(parameters[i], seen, compute == null ? seen * flopsPerToken : compute[i], loss[i]));
    }
    return runs;
  }
}

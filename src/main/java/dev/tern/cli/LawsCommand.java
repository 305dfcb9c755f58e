package dev.tern.cli;

import dev.tern.checkpoint.Json;
import dev.tern.study.laws.Bootstrap;
import dev.tern.study.laws.CsvTable;
import dev.tern.study.laws.EmbeddingCount;
import dev.tern.study.laws.LawsOptions;
import dev.tern.study.laws.LawsResult;
import dev.tern.study.laws.Role;
import dev.tern.study.report.Html;
import dev.tern.study.report.PlainText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code tern laws}. */
@Command(
    name = "laws",
    description = {
      "Fit scaling laws to a table (CSV, also .gz) of parameters, tokens, compute and loss.",
      "Of tokens and compute one may be missing: C = 6ND. A column of experts makes it the law of routed models,"
          + " a column of optimal parameters (n_opt) a law through given optima."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tern laws runs.csv",
      "  tern laws runs.csv --plan 5.76e23 --plan 5.76e23,2e12     which N and D, and what loss",
      "  tern laws runs.csv --drop-highest 5 --delta 0 --html laws.html",
      "  tern laws routed.csv --by router_type --where k=1 -o json",
    })
final class LawsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The table; its first line names the columns.")
  private Path file;

  @Option(
      names = "--columns",
      paramLabel = "ROLE=NAME",
      split = ",",
      description =
          "Columns that are not found by their names: parameters, tokens, compute, loss, experts, run, step,"
              + " optimal_parameters, deviation.")
  private Map<Role, String> columns = Map.of();

  @Option(names = "--where", paramLabel = "COLUMN=VALUE", description = "Only rows with this value. Repeatable.")
  private Map<String, String> where = new LinkedHashMap<>();

  @Option(names = "--by", paramLabel = "COLUMN", split = ",", description = "A law for each value of these columns.")
  private List<String> by = List.of();

  @Option(names = "--drop-highest", paramLabel = "K", description = "Leave out the runs of the K highest losses.")
  private int dropHighest;

  @Option(
      names = "--delta",
      paramLabel = "D",
      description = "Huber's δ on log loss; 0 is least absolute deviations. Default: ${DEFAULT-VALUE}.")
  private double delta = LawsOptions.CHINCHILLA_DELTA;

  @Option(
      names = "--bootstrap",
      paramLabel = "K",
      description = "Samples for the intervals; 0 for none. Default: ${DEFAULT-VALUE}.")
  private int replicates = 1000;

  @Option(names = "--seed", paramLabel = "N", description = "Of the samples. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--embedding-factor",
      paramLabel = "W",
      description = "Embedding parameters are W·N^⅓. Default: ${DEFAULT-VALUE}, Chinchilla's.")
  private double omega = EmbeddingCount.CHINCHILLA_OMEGA;

  @Option(
      names = "--plan",
      paramLabel = "C[,S]",
      converter = BudgetConverter.class,
      description = "How to spend C FLOPs in all where S tokens will be served. Repeatable.")
  private List<LawsOptions.Budget> budgets = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|md|json",
      description = "Default: ${DEFAULT-VALUE}.")
  private Form form = Form.TEXT;

  @Option(names = "--html", paramLabel = "FILE", description = "Also write a report with charts to this file.")
  private Path html;

  /** Forms of the output. */
  enum Form {
    TEXT,
    MD,
    JSON
  }

  /** {@code C} or {@code C,S}. */
  static final class BudgetConverter implements ITypeConverter<LawsOptions.Budget> {
    @Override
    public LawsOptions.Budget convert(String text) {
      String[] parts = text.split(",", -1);
      try {
        double compute = Double.parseDouble(parts[0]);
        double served = parts.length > 1 ? Double.parseDouble(parts[1]) : 0;
        if (parts.length <= 2 && compute > 0 && served >= 0 && Double.isFinite(compute) && Double.isFinite(served)) {
          return new LawsOptions.Budget(compute, served);
        }
      } catch (NumberFormatException e) {
        throw wrong(text);
      }
      throw wrong(text);
    }

    private static TypeConversionException wrong(String text) {
      return new TypeConversionException(
          "expected FLOPs above 0 and, after a comma, served tokens, such as 1e24,2e12; found '%s'".formatted(text));
    }
  }

  @Override
  public Integer call() throws IOException {
    require(dropHighest >= 0, "--drop-highest", "0 or more", dropHighest);
    require(delta >= 0 && Double.isFinite(delta), "--delta", "0 or more", delta);
    require(replicates >= 0, "--bootstrap", "0 or more", replicates);
    require(omega >= 0 && Double.isFinite(omega), "--embedding-factor", "0 or more", omega);
    CsvTable table = CsvTable.read(file);
    for (Map.Entry<String, String> condition : where.entrySet()) {
      table = table.where(condition.getKey(), condition.getValue());
    }
    Bootstrap bootstrap = new Bootstrap(replicates, seed);
    LawsOptions options = new LawsOptions(columns, by, dropHighest, delta, bootstrap, omega, budgets);
    LawsResult result;
    try (Progress _ = Progress.start("fitting")) {
      result = LawsResult.of(table, options);
    }
    if (html != null) {
      Files.writeString(html, Html.render(result.document()));
    }
    print(result);
    return 0;
  }

  private void print(LawsResult result) {
    PrintWriter out = spec.commandLine().getOut();
    switch (form) {
      case TEXT -> out.print(PlainText.terminal(result.document()));
      case MD -> out.print(PlainText.markdown(result.document()));
      case JSON -> out.println(Json.MAPPER.valueToTree(result).toPrettyString());
    }
    out.flush();
  }

  private void require(boolean holds, String option, String expected, Number found) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(), "option '%s': expected %s, found %s".formatted(option, expected, found));
    }
  }
}

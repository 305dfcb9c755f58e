package dev.tern.study.laws;

import dev.tern.error.TernException;
import dev.tern.study.report.Document;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The laws of plain training runs.
 *
 * @param file of the table
 * @param runs that were fitted
 * @param dropped runs of the highest losses that were left out
 * @param delta Huber's δ; 0 for least absolute deviations
 * @param replicates samples of the bootstrap
 * @param parametric approach 3
 * @param kaplan Kaplan's law
 * @param frontier approach 1
 * @param isoFlop approach 2
 * @param exponents a of N* ∝ C^a by approach, and constants, with intervals
 * @param embeddings Kaplan against Chinchilla
 * @param optima the compute-optimal table
 * @param plans answers to the budgets
 */
public record RunsResult(
    String file,
    List<TrainingRun> runs,
    int dropped,
    double delta,
    int replicates,
    Fit<ParametricLaw> parametric,
    Fit<KaplanLaw> kaplan,
    Frontier frontier,
    IsoFlop isoFlop,
    Map<String, Estimate> exponents,
    EmbeddingCount embeddings,
    List<PlannedAllocation> optima,
    List<Plan> plans)
    implements LawsResult {
  private static final int FEWEST = 8;
  private static final int FIRST_DECADE = 18;
  private static final int LAST_DECADE = 26;

  /**
   * A law with its constants.
   *
   * @param law fitted
   * @param objective the sum of Huber's losses of log loss (of absolute deviations where δ is 0)
   * @param constants with intervals, by their usual names
   */
  public record Fit<T>(T law, double objective, Map<String, Estimate> constants) {}

  /** The laws of one sample of the runs. */
  private record Replicate(ParametricLaw parametric, KaplanLaw kaplan, Frontier frontier, IsoFlop isoFlop) {}

  static RunsResult of(LawsTable input, LawsOptions options) {
    String file = input.table().file().toString();
    List<TrainingRun> all = input.runs();
    List<TrainingRun> runs = dropHighest(file, all, options.dropHighest());
    ParametricFit parametricFit = new ParametricFit(runs, options.delta());
    ParametricFit.Fitted parametric = parametricFit.best();
    KaplanFit kaplanFit = new KaplanFit(runs, options.delta());
    KaplanFit.Fitted kaplan = kaplanFit.best();
    List<Replicate> replicates =
        options
            .bootstrap()
            .apply(
                runs,
                sample ->
                    new Replicate(
                        parametricFit.refit(sample, parametric.constants()),
                        kaplanFit.refit(sample, kaplan.constants()),
                        Frontier.of(sample),
                        IsoFlop.of(sample)));
    Replicate found = new Replicate(parametric.law(), kaplan.law(), Frontier.of(runs), IsoFlop.of(runs));
    List<ParametricLaw> laws = replicates.stream().map(Replicate::parametric).toList();
    Planner planner = new Planner(found.parametric(), laws, runs);
    return new RunsResult(
        file,
        runs,
        all.size() - runs.size(),
        options.delta(),
        replicates.size(),
        new Fit<>(found.parametric(), parametric.objective(), parametricConstants(found, replicates)),
        new Fit<>(found.kaplan(), kaplan.objective(), kaplanConstants(found, replicates)),
        found.frontier(),
        found.isoFlop(),
        exponents(found, replicates),
        EmbeddingCount.of(found.parametric(), options.omega()),
        planner.decades(FIRST_DECADE, LAST_DECADE),
        options.budgets().stream().map(planner::plan).toList());
  }

  private static List<TrainingRun> dropHighest(String file, List<TrainingRun> all, int count) {
    List<TrainingRun> sorted =
        all.stream().sorted(Comparator.comparingDouble(TrainingRun::loss).reversed()).skip(count).toList();
    if (sorted.size() < FEWEST) {
      throw new TernException(
          "%s: expected at least %d runs after dropping %d, found %d".formatted(file, FEWEST, count, sorted.size()));
    }
    requireDifferent(file, sorted, "parameters", TrainingRun::parameters);
    requireDifferent(file, sorted, "tokens", TrainingRun::tokens);
    return sorted;
  }

  private static void requireDifferent(
      String file, List<TrainingRun> runs, String what, ToDoubleFunction<TrainingRun> value) {
    if (runs.stream().mapToDouble(value).distinct().count() < 3) {
      throw new TernException(
          "%s: expected runs of at least 3 different numbers of %s to fit a law".formatted(file, what));
    }
  }

  private static Map<String, Estimate> parametricConstants(Replicate found, List<Replicate> replicates) {
    Map<String, ToDoubleFunction<ParametricLaw>> parts = new LinkedHashMap<>();
    parts.put("A", ParametricLaw::parameterFactor);
    parts.put("B", ParametricLaw::tokenFactor);
    parts.put("E", ParametricLaw::irreducible);
    parts.put("alpha", ParametricLaw::parameterExponent);
    parts.put("beta", ParametricLaw::tokenExponent);
    Map<String, Estimate> constants = new LinkedHashMap<>();
    parts.forEach(
        (name, part) ->
            constants.put(name, estimate(found, replicates, each -> part.applyAsDouble(each.parametric()))));
    return constants;
  }

  private static Map<String, Estimate> kaplanConstants(Replicate found, List<Replicate> replicates) {
    Map<String, ToDoubleFunction<Replicate>> parts = new LinkedHashMap<>();
    parts.put("N_c", each -> each.kaplan().parameterScale());
    parts.put("D_c", each -> each.kaplan().tokenScale());
    parts.put("alpha_N", each -> each.kaplan().parameterExponent());
    parts.put("alpha_D", each -> each.kaplan().tokenExponent());
    parts.put("alpha_C", each -> -each.frontier().loss().exponent());
    Map<String, Estimate> constants = new LinkedHashMap<>();
    parts.forEach((name, part) -> constants.put(name, estimate(found, replicates, part)));
    return constants;
  }

  private static Map<String, Estimate> exponents(Replicate found, List<Replicate> replicates) {
    Map<String, ToDoubleFunction<Replicate>> parts = new LinkedHashMap<>();
    parts.put("frontier", each -> each.frontier().parameters().exponent());
    parts.put("isoflop", each -> each.isoFlop().parameters().exponent());
    parts.put("parametric", each -> each.parametric().optimalExponent());
    parts.put("kaplan", each -> each.kaplan().optimalExponent());
    Map<String, Estimate> exponents = new LinkedHashMap<>();
    parts.forEach((name, part) -> exponents.put(name, estimate(found, replicates, part)));
    return exponents;
  }

  private static Estimate estimate(Replicate found, List<Replicate> replicates, ToDoubleFunction<Replicate> part) {
    return Estimate.of(part.applyAsDouble(found), replicates.stream().mapToDouble(part).toArray());
  }

  @Override
  public Document document() {
    return RunsReport.of(this);
  }
}

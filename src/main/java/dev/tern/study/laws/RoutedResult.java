package dev.tern.study.laws;

import dev.tern.error.TernException;
import dev.tern.study.report.Document;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Laws of routed models, one per group of rows. Groups that have no experts at all are the dense models of every other.
 *
 * @param file of the table
 * @param groups in the order of the file
 */
public record RoutedResult(String file, List<Group> groups) implements LawsResult {
  private static final int FEWEST = 7;

  /**
   * One law.
   *
   * @param name the values that its rows share
   * @param models dense and routed
   * @param law fitted
   * @param constants the law's with intervals, by name
   * @param error root of the mean square of log₁₀ loss
   */
  public record Group(
      String name, List<RoutedFit.Model> models, RoutedLaw law, Map<String, Estimate> constants, double error) {}

  static RoutedResult of(LawsTable input, LawsOptions options) {
    Map<String, List<RoutedFit.Model>> routed = new LinkedHashMap<>();
    List<RoutedFit.Model> dense = new ArrayList<>();
    input
        .by(options.by())
        .forEach(
            (name, part) -> {
              List<RoutedFit.Model> models = models(part);
              if (models.stream().allMatch(model -> model.experts() == 1)) {
                dense.addAll(models);
              } else {
                routed.put(name.isEmpty() ? "all models" : name, models);
              }
            });
    if (routed.isEmpty()) {
      throw new TernException("%s: expected models with more than one expert".formatted(input.table().file()));
    }
    List<Group> groups = new ArrayList<>();
    routed.forEach(
        (name, models) -> {
          List<RoutedFit.Model> all = new ArrayList<>(dense);
          all.addAll(models);
          groups.add(group(input, name, all, options.bootstrap()));
        });
    return new RoutedResult(input.table().file().toString(), groups);
  }

  private static List<RoutedFit.Model> models(LawsTable part) {
    double[] parameters = part.positive(Role.PARAMETERS);
    double[] experts = part.positive(Role.EXPERTS);
    double[] loss = part.positive(Role.LOSS);
    List<RoutedFit.Model> models = new ArrayList<>();
    for (int i = 0; i < loss.length; i++) {
      if (experts[i] < 1) {
        throw new TernException("%s: expected at least 1 expert, found %s".formatted(part.table().file(), experts[i]));
      }
      models.add(new RoutedFit.Model(parameters[i], experts[i], loss[i]));
    }
    return models;
  }

  private static Group group(LawsTable input, String name, List<RoutedFit.Model> models, Bootstrap bootstrap) {
    RoutedLaw law = RoutedFit.fit(models);
    if (models.size() < FEWEST || Double.isNaN(law.a())) {
      throw new TernException(
          "%s: group '%s': %d models do not determine the law of experts; expected at least %d of several sizes, with"
                  .formatted(input.table().file(), name, models.size(), FEWEST)
              + " several numbers of experts");
    }
    List<RoutedLaw> replicates = bootstrap.apply(models, sample -> RoutedFit.refit(sample, law));
    Map<String, Estimate> constants = new LinkedHashMap<>();
    Map<String, ToDoubleFunction<RoutedLaw>> parts = new LinkedHashMap<>();
    parts.put("a", RoutedLaw::a);
    parts.put("b", RoutedLaw::b);
    parts.put("c", RoutedLaw::c);
    parts.put("d", RoutedLaw::d);
    parts.put("E_start", RoutedLaw::start);
    parts.put("E_max", RoutedLaw::most);
    parts.put("N_cutoff", RoutedLaw::cutoff);
    parts.forEach((key, part) -> constants.put(key, estimate(law, replicates, part)));
    double squares = models.stream().mapToDouble(model -> square(law, model)).average().orElseThrow();
    return new Group(name, models, law, constants, Math.sqrt(squares));
  }

  private static Estimate estimate(RoutedLaw law, List<RoutedLaw> replicates, ToDoubleFunction<RoutedLaw> part) {
    return Estimate.of(part.applyAsDouble(law), replicates.stream().mapToDouble(part).toArray());
  }

  private static double square(RoutedLaw law, RoutedFit.Model model) {
    double error = Math.log10(law.loss(model.parameters(), model.experts()) / model.loss());
    return error * error;
  }

  @Override
  public Document document() {
    return RoutedReport.of(this);
  }
}

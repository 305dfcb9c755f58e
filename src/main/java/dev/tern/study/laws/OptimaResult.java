package dev.tern.study.laws;

import dev.tern.study.report.Document;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Power laws through given optima of isoFLOP curves, one per group of rows.
 *
 * @param file of the table
 * @param without rows that have no optimum
 * @param groups in the order of the file
 */
public record OptimaResult(String file, int without, List<Group> groups) implements LawsResult {
  private static final int FEWEST = 2;

  /**
   * One power law.
   *
   * @param name the values that its rows share
   * @param compute C
   * @param parameters N*
   * @param weighted exponent a of N* ∝ C^a, each optimum weighted by 1/σ²; that of equal weights without deviations
   * @param unweighted exponent with equal weights
   * @param law of the weighted fit
   */
  public record Group(
      String name, double[] compute, double[] parameters, Estimate weighted, double unweighted, PowerLaw law) {}

  private record Optimum(double compute, double parameters, double weight) {}

  /** Without chosen columns, rows that agree in all the columns of text are a group. */
  static OptimaResult of(LawsTable all, LawsOptions options) {
    LawsTable input = all.present(Role.OPTIMAL_PARAMETERS);
    int without = all.table().rows().size() - input.table().rows().size();
    List<String> by = options.by().isEmpty() ? input.table().textColumns() : options.by();
    List<Group> groups = new ArrayList<>();
    for (Map.Entry<String, LawsTable> part : input.by(by).entrySet()) {
      groups.add(group(part.getKey(), part.getValue(), options.bootstrap()));
    }
    return new OptimaResult(input.table().file().toString(), without, groups);
  }

  private static Group group(String name, LawsTable part, Bootstrap bootstrap) {
    double[] compute = part.positive(Role.COMPUTE);
    double[] parameters = part.positive(Role.OPTIMAL_PARAMETERS);
    double[] deviation = part.has(Role.DEVIATION) ? part.positive(Role.DEVIATION) : LeastSquares.ones(compute.length);
    List<Optimum> optima =
        IntStream.range(0, compute.length)
            .mapToObj(i -> new Optimum(compute[i], parameters[i], 1 / (deviation[i] * deviation[i])))
            .toList();
    PowerLaw law = fit(optima);
    double[] replicates = bootstrap.apply(optima, OptimaResult::fit).stream().mapToDouble(PowerLaw::exponent).toArray();
    Estimate weighted = Estimate.of(law.exponent(), replicates);
    return new Group(name, compute, parameters, weighted, PowerLaw.fit(compute, parameters).exponent(), law);
  }

  private static PowerLaw fit(List<Optimum> optima) {
    double[] compute = optima.stream().mapToDouble(Optimum::compute).toArray();
    if (Arrays.stream(compute).distinct().count() < FEWEST) {
      return new PowerLaw(Double.NaN, Double.NaN);
    }
    return PowerLaw.fit(
        compute,
        optima.stream().mapToDouble(Optimum::parameters).toArray(),
        optima.stream().mapToDouble(Optimum::weight).toArray());
  }

  @Override
  public Document document() {
    return OptimaReport.of(this);
  }
}

package dev.tern.study.laws;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Approach 1 of Hoffmann et al. (2022), the minimum over runs: those that no cheaper run beats, one for every eighth of
 * a decade of compute.
 *
 * @param runs by compute
 * @param parameters N* against C
 * @param tokens D* against C
 * @param loss L(C), Kaplan's power law of compute
 */
public record Frontier(List<TrainingRun> runs, PowerLaw parameters, PowerLaw tokens, PowerLaw loss) {
  private static final double STEPS_PER_DECADE = 8;
  private static final int FEWEST = 3;

  /** The frontier of some runs; the exponents are NaN where it has fewer than three. */
  static Frontier of(List<TrainingRun> all) {
    List<TrainingRun> sorted = all.stream().sorted(Comparator.comparingDouble(TrainingRun::compute)).toList();
    TreeMap<Long, TrainingRun> best = new TreeMap<>();
    // The cheapest run has none to be compared with.
    double lowest = sorted.getFirst().loss();
    for (TrainingRun run : sorted.subList(1, sorted.size())) {
      if (run.loss() < lowest) {
        lowest = run.loss();
        best.put((long) Math.floor(STEPS_PER_DECADE * Math.log10(run.compute())), run);
      }
    }
    List<TrainingRun> runs = new ArrayList<>(best.values());
    return new Frontier(
        runs, law(runs, TrainingRun::parameters), law(runs, TrainingRun::tokens), law(runs, TrainingRun::loss));
  }

  private static PowerLaw law(List<TrainingRun> runs, ToDoubleFunction<TrainingRun> value) {
    if (runs.size() < FEWEST) {
      return new PowerLaw(Double.NaN, Double.NaN);
    }
    double[] compute = runs.stream().mapToDouble(TrainingRun::compute).toArray();
    return PowerLaw.fit(compute, runs.stream().mapToDouble(value).toArray());
  }
}

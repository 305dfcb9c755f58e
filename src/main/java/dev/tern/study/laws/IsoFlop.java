package dev.tern.study.laws;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Approach 2 of Hoffmann et al. (2022): runs of equal compute, a parabola of loss against ln N for each level, and a
 * power law through the lowest points of the parabolas.
 *
 * @param levels by compute, those with a lowest point among their runs
 * @param parameters N* against C; NaN with fewer than two levels
 */
public record IsoFlop(List<Level> levels, PowerLaw parameters) {
  /** Computes that lie nearer than this factor are one level. */
  private static final double WIDTH = Math.log(1.15);

  private static final double EQUAL = 1e-6;
  private static final int FEWEST_RUNS = 5;
  private static final int FEWEST_LEVELS = 2;

  /**
   * Runs of the same compute.
   *
   * @param compute their geometric mean
   * @param runs at least five
   * @param optimalParameters where the parabola is lowest
   * @param optimalLoss its value there
   * @param curvature of the loss by (ln N)², positive
   */
  public record Level(
      double compute, List<TrainingRun> runs, double optimalParameters, double optimalLoss, double curvature) {
    /** The parabola. */
    public double loss(double parameters) {
      double distance = Math.log(parameters / optimalParameters);
      return optimalLoss + curvature * distance * distance;
    }
  }

  /** The parabolas of some runs. */
  static IsoFlop of(List<TrainingRun> all) {
    List<Level> levels = new ArrayList<>();
    List<TrainingRun> rest = new ArrayList<>(all);
    rest.sort(Comparator.comparingDouble(TrainingRun::compute));
    for (List<TrainingRun> group = densest(rest); group.size() >= FEWEST_RUNS; group = densest(rest)) {
      List<TrainingRun> runs = List.copyOf(group);
      group.clear();
      Level level = level(runs);
      if (level != null) {
        levels.add(level);
      }
    }
    levels.sort(Comparator.comparingDouble(Level::compute));
    return new IsoFlop(List.copyOf(levels), law(levels));
  }

  private static PowerLaw law(List<Level> levels) {
    if (levels.size() < FEWEST_LEVELS) {
      return new PowerLaw(Double.NaN, Double.NaN);
    }
    return PowerLaw.fit(
        levels.stream().mapToDouble(Level::compute).toArray(),
        levels.stream().mapToDouble(Level::optimalParameters).toArray());
  }

  /** The longest part of the sorted runs whose computes are within the width of a level; a view. */
  private static List<TrainingRun> densest(List<TrainingRun> sorted) {
    int from = 0;
    int bestFrom = 0;
    int bestTo = 0;
    for (int to = 1; to <= sorted.size(); to++) {
      while (Math.log(sorted.get(to - 1).compute() / sorted.get(from).compute()) > WIDTH) {
        from++;
      }
      if (to - from > bestTo - bestFrom) {
        bestFrom = from;
        bestTo = to;
      }
    }
    return sorted.subList(bestFrom, bestTo);
  }

  /**
   * Loss = c₀ + c₁x + c₂x² + c₃y, with x of ln N and y of ln C: the last term takes up that the computes of measured
   * runs are not quite equal, and is left out where they are. Null where no lowest point lies among the runs.
   */
  private static Level level(List<TrainingRun> runs) {
    double center = runs.stream().mapToDouble(run -> Math.log(run.parameters())).average().orElseThrow();
    double compute = runs.stream().mapToDouble(run -> Math.log(run.compute())).average().orElseThrow();
    double[] x = runs.stream().mapToDouble(run -> Math.log(run.parameters()) - center).toArray();
    double[] y = runs.stream().mapToDouble(run -> Math.log(run.compute()) - compute).toArray();
    double[] squares = java.util.Arrays.stream(x).map(value -> value * value).toArray();
    double[] loss = runs.stream().mapToDouble(TrainingRun::loss).toArray();
    boolean equal = java.util.Arrays.stream(y).allMatch(value -> Math.abs(value) < EQUAL);
    double[] ones = LeastSquares.ones(x.length);
    double[][] columns = equal ? new double[][] {ones, x, squares} : new double[][] {ones, x, squares, y};
    double[] c = LeastSquares.fit(columns, loss, null);
    double lowest = -c[1] / (2 * c[2]);
    double least = java.util.Arrays.stream(x).min().orElseThrow();
    double most = java.util.Arrays.stream(x).max().orElseThrow();
    if (!(c[2] > 0) || lowest < least || lowest > most) {
      return null;
    }
    double optimalLoss = c[0] - c[2] * lowest * lowest;
    return new Level(Math.exp(compute), runs, Math.exp(center + lowest), optimalLoss, c[2]);
  }
}

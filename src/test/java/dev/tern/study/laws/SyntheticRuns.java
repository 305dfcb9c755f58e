package dev.tern.study.laws;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Runs of a known law: levels of equal compute, sizes on both sides of the optimum. */
final class SyntheticRuns {
  static final ParametricLaw LAW = new ParametricLaw(1.7, 400, 900, 0.34, 0.3);

  private SyntheticRuns() {}

  static List<TrainingRun> of(double noise) {
    SplittableRandom random = new SplittableRandom(3);
    List<TrainingRun> runs = new ArrayList<>();
    for (double compute = 1e17; compute < 2e21; compute *= 10) {
      double best = LAW.optimalParameters(compute);
      for (int i = -4; i <= 4; i++) {
        double parameters = best * Math.pow(1.5, i);
        double tokens = compute / 6 / parameters;
        double loss = LAW.loss(parameters, tokens) * Math.exp(noise * random.nextGaussian());
        runs.add(new TrainingRun(parameters, tokens, compute, loss));
      }
    }
    return runs;
  }
}

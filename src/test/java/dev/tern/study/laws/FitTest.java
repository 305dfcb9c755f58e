package dev.tern.study.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each fit finds the law that the runs were made of. */
class FitTest {
  @Test
  void theParametricLawIsRecovered() {
    for (double delta : new double[] {1e-3, 0}) {
      ParametricLaw law = new ParametricFit(SyntheticRuns.of(0), delta).best().law();
      assertEquals(SyntheticRuns.LAW.irreducible(), law.irreducible(), 1e-4);
      assertEquals(SyntheticRuns.LAW.parameterExponent(), law.parameterExponent(), 1e-4);
      assertEquals(SyntheticRuns.LAW.tokenExponent(), law.tokenExponent(), 1e-4);
      assertEquals(SyntheticRuns.LAW.parameterFactor(), law.parameterFactor(), 1);
      assertEquals(SyntheticRuns.LAW.tokenFactor(), law.tokenFactor(), 2);
    }
  }

  /** Least absolute deviations do not see a few runs that went wrong. */
  @Test
  void outliersHardlyMatter() {
    List<TrainingRun> runs = new ArrayList<>(SyntheticRuns.of(0));
    for (int i = 0; i < runs.size(); i += 11) {
      TrainingRun run = runs.get(i);
      runs.set(i, new TrainingRun(run.parameters(), run.tokens(), run.compute(), run.loss() * 1.2));
    }
    ParametricLaw law = new ParametricFit(runs, 0).best().law();
    assertEquals(SyntheticRuns.LAW.irreducible(), law.irreducible(), 1e-3);
    assertEquals(SyntheticRuns.LAW.parameterExponent(), law.parameterExponent(), 1e-3);
  }

  @Test
  void kaplansLawIsRecovered() {
    KaplanLaw law = new KaplanLaw(8.8e13, 5.4e13, 0.076, 0.095);
    List<TrainingRun> runs =
        SyntheticRuns.of(0).stream()
            .map(
                run ->
                    new TrainingRun(
                        run.parameters(), run.tokens(), run.compute(), law.loss(run.parameters(), run.tokens())))
            .toList();
    KaplanLaw found = new KaplanFit(runs, 1e-3).best().law();
    assertEquals(1, found.parameterScale() / law.parameterScale(), 1e-3);
    assertEquals(1, found.tokenScale() / law.tokenScale(), 1e-3);
    assertEquals(law.parameterExponent(), found.parameterExponent(), 1e-6);
    assertEquals(law.tokenExponent(), found.tokenExponent(), 1e-6);
    assertEquals(0.5556, law.optimalExponent(), 1e-4);
  }

  /** A parabola is not quite the law's curve, hence the tolerance. */
  @Test
  void isoFlopParabolasFindTheOptimalSizes() {
    IsoFlop found = IsoFlop.of(SyntheticRuns.of(0));
    assertEquals(5, found.levels().size());
    assertEquals(SyntheticRuns.LAW.optimalExponent(), found.parameters().exponent(), 5e-3);
    for (IsoFlop.Level level : found.levels()) {
      assertEquals(9, level.runs().size());
      assertEquals(0, Math.log(level.optimalParameters() / SyntheticRuns.LAW.optimalParameters(level.compute())), 0.12);
    }
  }

  /** Computes that scatter by some percent are one level, and their scatter is not taken for an effect of size. */
  @Test
  void unequalComputesAreAccountedFor() {
    List<TrainingRun> runs = new ArrayList<>();
    for (TrainingRun run : SyntheticRuns.of(0)) {
      double factor = 1 + 0.06 * Math.sin(runs.size() * 2.4);
      double tokens = run.tokens() * factor;
      runs.add(
          new TrainingRun(
              run.parameters(), tokens, run.compute() * factor, SyntheticRuns.LAW.loss(run.parameters(), tokens)));
    }
    assertEquals(SyntheticRuns.LAW.optimalExponent(), IsoFlop.of(runs).parameters().exponent(), 2e-2);
  }

  @Test
  void tooFewRunsOfACompute() {
    IsoFlop none = IsoFlop.of(SyntheticRuns.of(0).subList(0, 4));
    assertTrue(none.levels().isEmpty());
    assertTrue(Double.isNaN(none.parameters().exponent()));
  }

  @Test
  void theFrontierIsTheBestOfEachCompute() {
    Frontier found = Frontier.of(SyntheticRuns.of(0));
    assertEquals(5, found.runs().size());
    assertEquals(SyntheticRuns.LAW.optimalExponent(), found.parameters().exponent(), 1e-9);
    assertEquals(1 - SyntheticRuns.LAW.optimalExponent(), found.tokens().exponent(), 1e-9);
    assertTrue(found.loss().exponent() < 0);
  }

  @Test
  void theRoutedLawIsRecovered() {
    RoutedLaw law = new RoutedLaw(-0.082, -0.108, 0.009, 1.104, 1.847, 314.478);
    List<RoutedFit.Model> models = new ArrayList<>();
    for (double size : new double[] {1.5e7, 5.5e7, 3.7e8, 1.3e9}) {
      for (double experts = 1; experts <= 512; experts *= 2) {
        models.add(new RoutedFit.Model(size, experts, law.loss(size, experts)));
      }
    }
    RoutedLaw found = RoutedFit.fit(models);
    assertEquals(law.a(), found.a(), 1e-5);
    assertEquals(law.b(), found.b(), 1e-4);
    assertEquals(law.c(), found.c(), 1e-5);
    assertEquals(law.d(), found.d(), 1e-4);
    assertEquals(law.start(), found.start(), 1e-2);
    assertEquals(law.most(), found.most(), 0.5);
  }

  /** The dense model of that size has the loss of the routed one; one expert changes nothing. */
  @Test
  void effectiveParametersGiveTheSameLoss() {
    RoutedLaw law = new RoutedLaw(-0.082, -0.108, 0.009, 1.104, 1.847, 314.478);
    assertEquals(1e9, law.effectiveParameters(1e9, 1), 1);
    double effective = law.effectiveParameters(1e9, 64);
    assertTrue(effective > 2e9);
    assertEquals(law.loss(1e9, 64), law.loss(effective, 1), 1e-12);
    assertEquals(law.loss(law.cutoff(), 1), law.loss(law.cutoff(), 300), 1e-12);
    assertEquals(1.847, law.saturated(1), 1e-12);
    assertEquals(314.478, law.saturated(1e12), 1e-3);
  }
}

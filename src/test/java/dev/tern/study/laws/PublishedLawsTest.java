package dev.tern.study.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Published laws, found again in the data that they were published with. */
class PublishedLawsTest {
  private static RunsResult chinchilla(double delta, int replicates) throws IOException {
    CsvTable table = CsvTable.read(Shared.path("external/scaling/chinchilla_epoch.csv"));
    assertEquals(245, table.rows().size());
    LawsOptions options =
        new LawsOptions(
            Map.of(), List.of(), 5, delta, new Bootstrap(replicates, 1), EmbeddingCount.CHINCHILLA_OMEGA, List.of());
    return (RunsResult) LawsResult.of(table, options);
  }

  @Test
  void chinchillaByHubersLoss() throws IOException {
    RunsResult.Fit<ParametricLaw> fit = chinchilla(1e-3, 0).parametric();
    assertEquals(477.8, fit.law().parameterFactor(), 0.05);
    assertEquals(2143, fit.law().tokenFactor(), 0.5);
    assertEquals(1.8172, fit.law().irreducible(), 5e-5);
    assertEquals(0.34731, fit.law().parameterExponent(), 5e-6);
    assertEquals(0.36717, fit.law().tokenExponent(), 5e-6);
    assertEquals(0.00101827, fit.objective(), 5e-9);
  }

  /**
   * The values asked for have an objective of 1.129519, those of Besiroglu et al. (Chinchilla Scaling: A replication
   * attempt, 2024: 482.01, 2085.43, 1.8172, 0.3478, 0.3658) are these.
   */
  @Test
  void chinchillaByLeastAbsoluteDeviations() throws IOException {
    RunsResult.Fit<ParametricLaw> fit = chinchilla(0, 0).parametric();
    assertEquals(481.9, fit.law().parameterFactor(), 0.2);
    assertEquals(2085, fit.law().tokenFactor(), 0.5);
    assertEquals(1.8168, fit.law().irreducible(), 1e-4);
    assertEquals(0.34780, fit.law().parameterExponent(), 2e-5);
    assertEquals(0.36584, fit.law().tokenExponent(), 2e-5);
    assertTrue(fit.objective() <= 1.1294936, () -> "objective " + fit.objective());
  }

  @Test
  @Tag("slow")
  void chinchillasIntervals() throws IOException {
    RunsResult result = chinchilla(1e-3, 1000);
    Interval alpha = result.parametric().constants().get("alpha").interval();
    assertEquals(0.317, alpha.low(), 0.004);
    assertEquals(0.373, alpha.high(), 0.004);
    Interval beta = result.parametric().constants().get("beta").interval();
    assertEquals(0.331, beta.low(), 0.006);
    assertEquals(0.415, beta.high(), 0.006);
    // The three approaches agree within their intervals: half of the logarithm for size, half for data.
    for (String approach : List.of("frontier", "isoflop", "parametric")) {
      Interval exponent = result.exponents().get(approach).interval();
      assertTrue(exponent.contains(0.51), () -> approach + " " + exponent);
    }
  }

  /** The exponents of the published analysis stand in the table's last columns. */
  @Test
  void porianExponents() throws IOException {
    CsvTable all = CsvTable.read(Shared.path("external/scaling/porian_isoflop_optima.csv"));
    CsvTable table = all.present("n_opt");
    OptimaResult result = (OptimaResult) LawsResult.of(all, LawsOptions.defaults());
    assertEquals(15, result.groups().size());
    assertEquals(4, result.without());
    Map<String, CsvTable> rows = table.by(table.textColumns());
    for (OptimaResult.Group group : result.groups()) {
      List<String> first = rows.get(group.name()).rows().getFirst();
      assertEquals(table.number(first, "n_exponent_weighted"), group.weighted().value(), 1e-9, group.name());
      assertEquals(table.number(first, "n_exponent_ols"), group.unweighted(), 1e-9, group.name());
    }
    OptimaResult.Group last =
        result.groups().stream()
            .filter(g -> g.name().equals("summary_df rw tuned short const standard val"))
            .findFirst()
            .orElseThrow();
    assertEquals(0.4969, last.weighted().value(), 5e-5);
  }

  /** Clark et al. (2022), table 3; the intervals are those of the models drawn again. */
  @Test
  void clarksConstantsAreWithinTheirNoise() throws IOException {
    CsvTable table =
        CsvTable.read(Shared.path("external/scaling/routing_curves_clark.csv.gz"))
            .where("routing_frequency", "0.5")
            .where("k", "1")
            .where("seed", "42");
    LawsOptions options =
        new LawsOptions(Map.of(), List.of("router_type"), 0, 1e-3, new Bootstrap(100, 1), 0, List.of());
    RoutedResult result = (RoutedResult) LawsResult.of(table, options);
    Map<String, double[]> published =
        Map.of(
            "S-Base", new double[] {-0.082, -0.108, 0.009, 1.104, 1.847, 314.478},
            "RL-R", new double[] {-0.083, -0.126, 0.012, 1.111, 1.880, 469.982},
            "Hash", new double[] {-0.087, -0.136, 0.012, 1.157, 4.175, 477.741});
    assertEquals(published.keySet(), Map.copyOf(named(result)).keySet());
    named(result)
        .forEach(
            (name, group) -> {
              double[] expected = published.get(name);
              int i = 0;
              for (String constant : List.of("a", "b", "c", "d", "E_start", "E_max")) {
                Estimate found = group.constants().get(constant);
                double value = expected[i++];
                assertTrue(found.interval().contains(value), () -> name + " " + constant + " " + found);
              }
              assertTrue(group.error() < 0.004, () -> name + " " + group.error());
            });
  }

  private static Map<String, RoutedResult.Group> named(RoutedResult result) {
    return result.groups().stream()
        .collect(java.util.stream.Collectors.toMap(RoutedResult.Group::name, group -> group));
  }
}

package dev.tern.study.laws;

import dev.tern.study.report.Chart;
import dev.tern.study.report.Content;
import dev.tern.study.report.Document;
import java.util.ArrayList;
import java.util.List;

/** The document of an {@link OptimaResult}. */
final class OptimaReport {
  private OptimaReport() {}

  static Document of(OptimaResult result) {
    List<List<String>> rows = new ArrayList<>();
    List<Chart.Series> series = new ArrayList<>();
    for (OptimaResult.Group group : result.groups()) {
      Estimate weighted = group.weighted();
      rows.add(
          List.of(
              group.name(),
              Integer.toString(group.compute().length),
              Numbers.estimate(weighted),
              Numbers.text(group.unweighted())));
      int colour = series.size() / 2;
      double[] fitted = java.util.Arrays.stream(group.compute()).map(group.law()::at).toArray();
      series.add(Chart.Series.points("", colour, group.compute(), group.parameters()));
      series.add(Chart.Series.line(group.name(), colour, group.compute(), fitted));
    }
    OptimaResult.Group last = result.groups().getLast();
    Content.Finding finding =
        new Content.Finding(
            "The exponent goes from %s (%s) to %s (%s)."
                .formatted(
                    Numbers.text(result.groups().getFirst().weighted().value()),
                    result.groups().getFirst().name(),
                    Numbers.text(last.weighted().value()),
                    last.name()));
    Chart chart =
        new Chart(
            "Optimal size against compute",
            new Chart.Axis("training compute C, FLOPs", true),
            new Chart.Axis("optimal parameters N*", true),
            series);
    return new Document(
        "Scaling laws of isoFLOP optima",
        "N* ∝ C^a through the optima of %s (%d rows have none).".formatted(result.file(), result.without()),
        List.of(
            new Document.Section(
                "Optimal size against compute",
                List.of(
                    new Content.Table(List.of("group", "optima", "a, weighted by 1/σ²", "a, equal weights"), rows),
                    chart,
                    finding))));
  }
}

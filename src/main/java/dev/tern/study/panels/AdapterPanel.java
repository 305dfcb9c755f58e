package dev.tern.study.panels;

import dev.tern.study.report.Chart;
import dev.tern.study.report.Content;
import dev.tern.study.report.Document.Section;
import dev.tern.study.sweep.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What LoRA adapters cost against rank and number. */
final class AdapterPanel {
  private AdapterPanel() {}

  static List<Section> of(Results results) {
    List<Merged> points = results.suite("adapters").merged();
    List<Merged> adapted = points.stream().filter(point -> point.first().at("adapters") > 0).toList();
    if (adapted.isEmpty()) {
      return List.of();
    }
    List<List<String>> rows = new ArrayList<>();
    Map<String, List<double[]>> lines = new LinkedHashMap<>();
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    String dearest = "";
    for (Merged point : adapted) {
      Measurement m = point.first();
      Merged base = base(points, m);
      double overhead = point.seconds() / base.seconds() - 1;
      double predicted = m.value("predicted") / base.first().value("predicted") - 1;
      String what =
          "adapters: %s, sequences: %s".formatted(Units.count(m.at("adapters")), Units.count(m.at("sequences")));
      rows.add(
          List.of(
              m.series() + ", " + what,
              Units.seconds(point.seconds()),
              Units.percent(overhead),
              Units.percent(predicted)));
      lines.computeIfAbsent(what, _ -> new ArrayList<>()).add(new double[] {m.at("rank"), 100 * overhead});
      dearest = overhead > most ? m.series() + " with " + what : dearest;
      least = Math.min(least, overhead);
      most = Math.max(most, overhead);
    }
    return List.of(
        new Section(
            "Adapters",
            List.of(
                new Content.Paragraph(
                    "A decoding step of sequences that share the base's weights and have adapters on every linear,"
                        + " beside the same step without them. The prediction counts the adapters' bytes and"
                        + " operations."),
                chart(lines),
                new Content.Table(List.of("adapters", "step", "more than the base", "predicted"), rows),
                new Content.Finding(
                    "Adapters make a step between %s and %s longer; most for %s."
                        .formatted(Units.percent(least), Units.percent(most), dearest)))));
  }

  private static Merged base(List<Merged> points, Measurement adapted) {
    return points.stream()
        .filter(point -> point.first().at("adapters") == 0 && point.first().group().equals(adapted.group()))
        .filter(point -> point.first().at("sequences") == adapted.at("sequences"))
        .findFirst()
        .orElseThrow();
  }

  private static Chart chart(Map<String, List<double[]>> lines) {
    List<Chart.Series> series = new ArrayList<>();
    for (Map.Entry<String, List<double[]>> line : lines.entrySet()) {
      double[] x = line.getValue().stream().mapToDouble(point -> point[0]).toArray();
      double[] y = line.getValue().stream().mapToDouble(point -> point[1]).toArray();
      series.add(Chart.Series.line(line.getKey(), series.size(), x, y));
    }
    return new Chart(
        "Longer steps with adapters",
        new Chart.Axis("rank", true),
        new Chart.Axis("per cent more than the base", false),
        series);
  }
}

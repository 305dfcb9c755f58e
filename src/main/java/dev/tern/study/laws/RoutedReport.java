package dev.tern.study.laws;

import dev.tern.study.report.Chart;
import dev.tern.study.report.Content;
import dev.tern.study.report.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The document of a {@link RoutedResult}. */
final class RoutedReport {
  private static final int PLACES = 60;
  private static final double[] SIZES = {1e7, 1e8, 1e9, 1e10, 1e11};
  private static final double[] EXPERTS = {1, 8, 64, 512};

  private RoutedReport() {}

  static Document of(RoutedResult result) {
    List<Document.Section> sections = new ArrayList<>();
    sections.add(constants(result.groups()));
    result.groups().forEach(group -> sections.add(section(group)));
    return new Document(
        "Scaling laws of routed models",
        ("log₁₀ L = a·log₁₀ N + b·log₁₀ Ê + c·log₁₀ N·log₁₀ Ê + d with Ê between E_start and E_max, for the models of"
                + " %s; N is the size of the dense model of the same compute.")
            .formatted(result.file()),
        List.copyOf(sections));
  }

  private static Document.Section constants(List<RoutedResult.Group> groups) {
    List<String> columns = new ArrayList<>(List.of("constant"));
    groups.forEach(group -> columns.add(group.name()));
    List<List<String>> rows = new ArrayList<>();
    for (String name : groups.getFirst().constants().keySet()) {
      List<String> row = new ArrayList<>(List.of(name));
      groups.forEach(group -> row.add(Numbers.estimate(group.constants().get(name))));
      rows.add(row);
    }
    List<String> errors = new ArrayList<>(List.of("error of log₁₀ L"));
    groups.forEach(group -> errors.add(Numbers.format("%.5f", group.error())));
    rows.add(errors);
    return new Document.Section("Constants", List.of(new Content.Table(columns, rows)));
  }

  private static Document.Section section(RoutedResult.Group group) {
    List<List<String>> rows = new ArrayList<>();
    for (double size : SIZES) {
      List<String> row = new ArrayList<>(List.of(Numbers.count(size)));
      for (double experts : EXPERTS) {
        row.add(Numbers.count(group.law().effectiveParameters(size, experts)));
      }
      rows.add(row);
    }
    List<String> columns = new ArrayList<>(List.of("N"));
    for (double experts : EXPERTS) {
      columns.add(Numbers.format("E = %.0f", experts));
    }
    String finding =
        group.law().c() > 0
            ? "By this law experts help less the larger the model is, and no longer from %s parameters on."
                .formatted(Numbers.count(group.law().cutoff()))
            : "By this law experts help larger models no less.";
    return new Document.Section(
        group.name(),
        List.of(
            chart(group),
            new Content.Paragraph("Effective parameters: the dense model of the same loss."),
            new Content.Table(columns, rows),
            new Content.Finding(finding)));
  }

  private static Chart chart(RoutedResult.Group group) {
    Map<Double, List<RoutedFit.Model>> sizes =
        group.models().stream()
            .collect(Collectors.groupingBy(RoutedFit.Model::parameters, TreeMap::new, Collectors.toList()));
    double most = group.models().stream().mapToDouble(RoutedFit.Model::experts).max().orElseThrow();
    double[] places = Numbers.logarithmic(1, most, PLACES);
    List<Chart.Series> series = new ArrayList<>();
    sizes.forEach(
        (size, models) -> {
          int colour = series.size() / 2;
          double[] fitted = java.util.Arrays.stream(places).map(e -> group.law().loss(size, e)).toArray();
          series.add(
              Chart.Series.points(
                  "",
                  colour,
                  models.stream().mapToDouble(RoutedFit.Model::experts).toArray(),
                  models.stream().mapToDouble(RoutedFit.Model::loss).toArray()));
          series.add(Chart.Series.line(Numbers.count(size), colour, places, fitted));
        });
    return new Chart(
        "Loss against experts, " + group.name(),
        new Chart.Axis("experts E", true),
        new Chart.Axis("loss, nats per token", true),
        series);
  }
}

package dev.tern.study.panels;

import dev.tern.study.laws.LeastSquares;
import dev.tern.study.report.Chart;
import dev.tern.study.report.Content;
import dev.tern.study.report.Document.Section;
import dev.tern.study.sweep.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Layers of experts against total and active parameters, batch and skew. */
final class ExpertPanel {
  private ExpertPanel() {}

  static List<Section> of(Results results) {
    List<Merged> points = results.suite("experts").merged();
    if (points.isEmpty()) {
      return List.of();
    }
    List<List<String>> rows = new ArrayList<>();
    for (Merged point : points) {
      Measurement m = point.first();
      rows.add(
          List.of(
              "%s, %s active".formatted(m.series(), Units.count(m.at("active"))),
              Units.number(m.value("totalParameters") / 1e6) + " M",
              Units.number(m.value("activeParameters") / 1e6) + " M",
              Units.count(m.at("batch")),
              Units.number(m.at("skew")),
              Units.number(m.value("imbalance")),
              Units.number(m.value("touched")),
              Units.seconds(point.seconds()),
              Units.seconds(point.seconds() / m.at("batch"))));
    }
    return List.of(
        new Section(
            "Experts",
            List.of(
                new Content.Paragraph(
                    "One layer, one token of each sequence of the batch. Imbalance is the load of the most chosen"
                        + " expert by the mean load; touched are the experts whose weights a step is expected to"
                        + " read."),
                chart(points),
                new Content.Table(
                    List.of(
                        "layer", "parameters", "active", "batch", "skew", "imbalance", "touched", "step", "per token"),
                    rows),
                new Content.Finding(finding(points)))));
  }

  private static Chart chart(List<Merged> points) {
    Map<String, List<Merged>> series = new LinkedHashMap<>();
    for (Merged point : points) {
      Measurement m = point.first();
      String skew = m.at("skew") == 0 ? "" : ", skew " + Units.number(m.at("skew"));
      series
          .computeIfAbsent(
              "%s, batch %s%s".formatted(m.series(), Units.count(m.at("batch")), skew), _ -> new ArrayList<>())
          .add(point);
    }
    List<Chart.Series> drawn = new ArrayList<>();
    for (Map.Entry<String, List<Merged>> entry : series.entrySet()) {
      double[] x = entry.getValue().stream().mapToDouble(p -> p.first().value("activeParameters") / 1e6).toArray();
      double[] y = entry.getValue().stream().mapToDouble(p -> 1e6 * p.seconds() / p.first().at("batch")).toArray();
      int colour = drawn.size();
      drawn.add(
          colour < 8
              ? Chart.Series.line(entry.getKey(), colour, x, y)
              : Chart.Series.dashes(entry.getKey(), colour, x, y));
    }
    return new Chart(
        "Time of a token against active parameters",
        new Chart.Axis("active parameters per token, millions", true),
        new Chart.Axis("microseconds per token", true),
        drawn);
  }

  /** How well weights touched alone tell the time, and what the total number and the skew change. */
  private static String finding(List<Merged> points) {
    double[] bytes = points.stream().mapToDouble(point -> point.first().value("bytes")).toArray();
    double[] flops = points.stream().mapToDouble(point -> point.first().value("flops")).toArray();
    double[] seconds = points.stream().mapToDouble(Merged::seconds).toArray();
    double[] fit = LeastSquares.fit(new double[][] {LeastSquares.ones(bytes.length), bytes, flops}, seconds, null);
    double explained = explained(fit, bytes, flops, seconds);
    return "Bytes of the experts touched and operations explain %s of the variance of the times; %s and %s."
        .formatted(Units.percent(explained), totals(points), skews(points));
  }

  private static double explained(double[] fit, double[] bytes, double[] flops, double[] seconds) {
    double mean = dev.tern.evaluate.Statistics.mean(seconds);
    double all = 0;
    double left = 0;
    for (int i = 0; i < seconds.length; i++) {
      double rest = seconds[i] - fit[0] - fit[1] * bytes[i] - fit[2] * flops[i];
      left += rest * rest;
      all += (seconds[i] - mean) * (seconds[i] - mean);
    }
    return 1 - left / all;
  }

  /** The same layer with more experts, at the smallest batch. */
  private static String totals(List<Merged> points) {
    double batch = points.stream().mapToDouble(p -> p.first().at("batch")).min().orElse(1);
    List<Merged> alone =
        points.stream()
            .filter(p -> p.first().at("batch") == batch && p.first().at("skew") == points.getFirst().first().at("skew"))
            .filter(p -> p.first().at("active") == points.getFirst().first().at("active"))
            .toList();
    Merged few = alone.getFirst();
    Merged many = alone.getLast();
    return "from %s to %s with %s active a step of %s takes %s times as long"
        .formatted(
            few.first().series(),
            many.first().series(),
            Units.count(few.first().at("active")),
            Units.count(batch),
            Units.number(many.seconds() / few.seconds()));
  }

  /** The strongest effect of a skew. */
  private static String skews(List<Merged> points) {
    double fastest = Double.POSITIVE_INFINITY;
    double slowest = 0;
    for (Merged even : points) {
      for (Merged skewed : points) {
        if (even.first().at("skew") == 0 && skewed.first().at("skew") > 0 && same(even.first(), skewed.first())) {
          double ratio = skewed.seconds() / even.seconds();
          fastest = Math.min(fastest, ratio);
          slowest = Math.max(slowest, ratio);
        }
      }
    }
    return slowest == 0
        ? "no skew was measured"
        : "a skewed routing changes steps by factors from %s to %s"
            .formatted(Units.number(fastest), Units.number(slowest));
  }

  private static boolean same(Measurement one, Measurement other) {
    return List.of("experts", "active", "batch").stream().allMatch(key -> one.at(key) == other.at(key));
  }
}

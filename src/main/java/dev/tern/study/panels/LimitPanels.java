package dev.tern.study.panels;

import dev.tern.evaluate.Statistics;
import dev.tern.study.report.Chart;
import dev.tern.study.report.Content;
import dev.tern.study.report.Document.Section;
import dev.tern.study.sweep.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** How near everything comes to what the machine can do. */
final class LimitPanels {
  private LimitPanels() {}

  /** Every point under the roof of read bandwidth and multiply-adds. */
  static List<Section> roofline(Results results) {
    List<Merged> points = points(results);
    if (points.isEmpty()) {
      return List.of();
    }
    double bytes = Peaks.of(results).bytes();
    double flops = Peaks.of(results).flops();
    List<Chart.Series> series = new ArrayList<>();
    double[] intensities = points.stream().mapToDouble(LimitPanels::intensity).toArray();
    double low = DoubleStream.of(intensities).min().orElse(0.1);
    double high = Math.max(DoubleStream.of(intensities).max().orElse(100), 2 * flops / bytes);
    double[] x = {low, flops / bytes, high};
    series.add(Chart.Series.line("roof", 7, x, new double[] {low * bytes / 1e9, flops / 1e9, flops / 1e9}));
    int colour = 0;
    for (Map.Entry<String, List<Merged>> component : components(points).entrySet()) {
      List<Merged> those = component.getValue();
      series.add(
          Chart.Series.points(
              component.getKey(),
              colour++ % 7,
              those.stream().mapToDouble(LimitPanels::intensity).toArray(),
              those.stream().mapToDouble(point -> point.first().value("flops") / point.seconds() / 1e9).toArray()));
    }
    return List.of(
        new Section(
            "Roofline",
            List.of(
                new Content.Paragraph(
                    "Operations per byte that has to be moved, and operations per second. The roof is what the machine"
                        + " reads and multiplies in loops that do nothing else, measured in the same processes"
                        + " (medians:"
                        + " %s/s and %s GFLOP/s); a point above it worked from a cache."
                            .formatted(Units.bytes(bytes), Units.number(flops / 1e9))),
                new Chart(
                    "Roofline", new Chart.Axis("operations per byte", true), new Chart.Axis("GFLOP/s", true), series),
                new Content.Finding(rooflineFinding(points, flops / bytes)))));
  }

  private static String rooflineFinding(List<Merged> points, double ridge) {
    double[] memory = efficiencies(points.stream().filter(point -> intensity(point) < ridge).toList());
    double[] compute = efficiencies(points.stream().filter(point -> intensity(point) >= ridge).toList());
    return "Points that memory limits reach %s of the roof in the median, those that arithmetic limits %s; the ridge lies at %s operations per byte."
        .formatted(
            Units.percent(Statistics.median(memory)), Units.percent(Statistics.median(compute)), Units.number(ridge));
  }

  /** Predicted by measured time of every component. */
  static List<Section> predictions(Results results) {
    List<Merged> points = points(results);
    if (points.isEmpty()) {
      return List.of();
    }
    List<List<String>> rows = new ArrayList<>();
    String best = "";
    String worst = "";
    double most = 0;
    double least = Double.POSITIVE_INFINITY;
    Map<String, List<Merged>> named = new LinkedHashMap<>();
    points.forEach(point -> named.computeIfAbsent(name(point.first()), _ -> new ArrayList<>()).add(point));
    for (Map.Entry<String, List<Merged>> component : named.entrySet()) {
      double[] shares = efficiencies(component.getValue());
      double middle = Statistics.median(shares);
      rows.add(
          List.of(
              component.getKey(),
              Units.number(DoubleStream.of(shares).min().orElse(Double.NaN)),
              Units.number(middle),
              Units.number(DoubleStream.of(shares).max().orElse(Double.NaN))));
      best = middle > most ? component.getKey() : best;
      worst = middle < least ? component.getKey() : worst;
      most = Math.max(most, middle);
      least = Math.min(least, middle);
    }
    return List.of(
        new Section(
            "Predicted by measured time",
            List.of(
                new Content.Paragraph(
                    "The least time by bytes, operations and the machine's peaks, part by part, divided by the time"
                        + " measured: 1 is the limit, and more means that a cache helped."),
                new Content.Table(List.of("component", "least", "median", "most"), rows),
                new Content.Finding(
                    "%s comes nearest to its limit with %s in the median, %s stays farthest with %s."
                        .formatted(best, Units.number(most), worst, Units.number(least))))));
  }

  private static String name(Measurement m) {
    return m.suite().equals("mixers") || m.suite().equals("models")
        ? "%s, %s".formatted(m.series(), m.phase().equals("state") ? "state alone" : m.phase())
        : "%s, %s".formatted(m.suite(), m.series());
  }

  private static List<Merged> points(Results results) {
    return results.where(m -> m.value("flops") > 0 && m.value("bytes") > 0).merged();
  }

  private static Map<String, List<Merged>> components(List<Merged> points) {
    Map<String, List<Merged>> components = new LinkedHashMap<>();
    for (Merged point : points) {
      String name = point.first().suite() + ", " + point.first().phase();
      components.computeIfAbsent(name, _ -> new ArrayList<>()).add(point);
    }
    return components;
  }

  private static double intensity(Merged point) {
    return point.first().value("flops") / point.first().value("bytes");
  }

  private static double[] efficiencies(List<Merged> points) {
    return points.isEmpty() ? new double[] {Double.NaN} : points.stream().mapToDouble(Merged::efficiency).toArray();
  }
}

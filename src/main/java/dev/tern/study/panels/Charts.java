package dev.tern.study.panels;

import dev.tern.study.report.Chart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Charts that several panels draw alike. */
final class Charts {
  private static final int COLOURS = 8;

  private Charts() {}

  /** Curves over the context with their bands, log–log; the ninth and later are dashed. */
  static Chart curves(String title, String unit, double scale, List<Curve> curves) {
    List<Chart.Series> series = new ArrayList<>();
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i);
      double[][] band = Resampling.band(curve);
      series.add(Chart.Series.band("", i, curve.x(), scaled(band[0], scale), scaled(band[1], scale)));
      double[] y = scaled(curve.seconds(), scale);
      series.add(
          i < COLOURS
              ? Chart.Series.line(curve.series(), i, curve.x(), y)
              : Chart.Series.dashes(curve.series(), i, curve.x(), y));
      series.add(Chart.Series.points("", i, curve.x(), y));
    }
    return new Chart(title, context(), new Chart.Axis(unit, true), series);
  }

  /** Values over the context, log–log. */
  static Chart lines(String title, String unit, List<String> names, List<double[]> x, List<double[]> y) {
    List<Chart.Series> series = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      series.add(
          i < COLOURS
              ? Chart.Series.line(names.get(i), i, x.get(i), y.get(i))
              : Chart.Series.dashes(names.get(i), i, x.get(i), y.get(i)));
    }
    return new Chart(title, context(), new Chart.Axis(unit, true), series);
  }

  private static Chart.Axis context() {
    return new Chart.Axis("context, tokens", true);
  }

  static double[] scaled(double[] values, double factor) {
    return Arrays.stream(values).map(value -> factor * value).toArray();
  }
}

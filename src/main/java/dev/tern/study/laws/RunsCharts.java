package dev.tern.study.laws;

import dev.tern.study.report.Chart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/** The charts of a {@link RunsResult}. */
final class RunsCharts {
  private static final int PLACES = 80;
  private static final Chart.Axis COMPUTE = new Chart.Axis("training compute C, FLOPs", true);
  private static final Chart.Axis PARAMETERS = new Chart.Axis("parameters N", true);
  private static final Chart.Axis LOSS = new Chart.Axis("loss, nats per token", false);

  private RunsCharts() {}

  private static double[] column(List<TrainingRun> runs, ToDoubleFunction<TrainingRun> value) {
    return runs.stream().mapToDouble(value).toArray();
  }

  private static double[] places(double[] values) {
    double low = Arrays.stream(values).min().orElseThrow();
    double high = Arrays.stream(values).max().orElseThrow();
    return Numbers.logarithmic(low, high, PLACES);
  }

  private static double[] map(double[] values, DoubleUnaryOperator function) {
    return Arrays.stream(values).map(function).toArray();
  }

  static Chart loss(RunsResult result) {
    double[] compute = column(result.runs(), TrainingRun::compute);
    double[] places = places(compute);
    ParametricLaw law = result.parametric().law();
    return new Chart(
        "Loss against compute",
        COMPUTE,
        LOSS,
        List.of(
            Chart.Series.points("runs", 0, compute, column(result.runs(), TrainingRun::loss)),
            Chart.Series.line("best by the law", 1, places, map(places, c -> Allocation.training(law, c).loss()))));
  }

  static Chart optimalSize(RunsResult result) {
    double[] places = places(column(result.runs(), TrainingRun::compute));
    List<TrainingRun> frontier = result.frontier().runs();
    List<IsoFlop.Level> levels = result.isoFlop().levels();
    return new Chart(
        "Optimal size against compute",
        COMPUTE,
        PARAMETERS,
        List.of(
            Chart.Series.points(
                "", 0, column(frontier, TrainingRun::compute), column(frontier, TrainingRun::parameters)),
            Chart.Series.line("1 minimum over runs", 0, places, map(places, result.frontier().parameters()::at)),
            Chart.Series.points(
                "",
                1,
                levels.stream().mapToDouble(IsoFlop.Level::compute).toArray(),
                levels.stream().mapToDouble(IsoFlop.Level::optimalParameters).toArray()),
            Chart.Series.line("2 isoFLOP", 1, places, map(places, result.isoFlop().parameters()::at)),
            Chart.Series.line("3 parametric", 2, places, map(places, result.parametric().law()::optimalParameters))));
  }

  static Chart parabolas(RunsResult result) {
    List<Chart.Series> series = new ArrayList<>();
    for (IsoFlop.Level level : result.isoFlop().levels()) {
      int colour = series.size() / 2;
      double[] parameters = column(level.runs(), TrainingRun::parameters);
      double[] places = places(parameters);
      series.add(Chart.Series.points("", colour, parameters, column(level.runs(), TrainingRun::loss)));
      series.add(
          Chart.Series.line(Numbers.power(level.compute()) + " FLOPs", colour, places, map(places, level::loss)));
    }
    return new Chart("Loss against size at equal compute", PARAMETERS, LOSS, series);
  }
}

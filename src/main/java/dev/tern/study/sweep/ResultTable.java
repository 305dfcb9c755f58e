package dev.tern.study.sweep;

import dev.tern.evaluate.Statistics;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Measurements as CSV: a row per point and process, with a column for everything that some point has. */
public final class ResultTable {
  private ResultTable() {}

  /** The table with its head. */
  public static String csv(List<Measurement> measurements) {
    Set<String> places = new TreeSet<>();
    Set<String> values = new TreeSet<>();
    for (Measurement measurement : measurements) {
      places.addAll(measurement.at().keySet());
      values.addAll(measurement.values().keySet());
    }
    String head =
        Stream.of(
                Stream.of("suite", "group", "series", "phase", "fork"),
                places.stream(),
                Stream.of("iterations", "median_s", "least_s", "deviation_s"),
                values.stream())
            .flatMap(names -> names)
            .collect(Collectors.joining(",", "", "\n"));
    return measurements.stream().map(m -> row(m, places, values)).collect(Collectors.joining("", head, ""));
  }

  private static String row(Measurement m, Set<String> places, Set<String> values) {
    double least = java.util.Arrays.stream(m.seconds()).min().orElse(Double.NaN);
    return Stream.of(
            Stream.of(m.suite(), m.group(), m.series(), m.phase()).map(ResultTable::quoted),
            Stream.of(Integer.toString(m.fork())),
            places.stream().map(key -> number(m.at(key))),
            Stream.of(Integer.toString(m.seconds().length)),
            Stream.of(Statistics.median(m.seconds()), least, Statistics.deviation(m.seconds()))
                .map(ResultTable::number),
            values.stream().map(key -> number(m.value(key))))
        .flatMap(cells -> cells)
        .collect(Collectors.joining(",", "", "\n"));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  private static String number(double value) {
    return Double.isNaN(value)
        ? ""
        : value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
  }
}

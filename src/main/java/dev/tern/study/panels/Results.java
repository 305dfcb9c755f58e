package dev.tern.study.panels;

import dev.tern.study.sweep.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The measurements of a study, to be asked. */
record Results(List<Measurement> all) {
  Results where(Predicate<Measurement> condition) {
    return new Results(all.stream().filter(condition).toList());
  }

  Results suite(String suite) {
    return where(m -> m.suite().equals(suite));
  }

  Results phase(String phase) {
    return where(m -> m.phase().equals(phase));
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** A curve per series, in the order of measuring, of one sequence alone. */
  List<Curve> curves() {
    return groups().values().stream().map(Curve::of).toList();
  }

  private Map<String, List<Measurement>> groups() {
    Map<String, List<Measurement>> groups = new LinkedHashMap<>();
    double alone = all.stream().mapToDouble(m -> m.at("batch")).min().orElse(1);
    for (Measurement measurement : all) {
      if (Double.isNaN(measurement.at("batch")) || measurement.at("batch") == alone) {
        groups.computeIfAbsent(measurement.series(), _ -> new ArrayList<>()).add(measurement);
      }
    }
    return groups;
  }

  /** The suites' names in the file, in the order of measuring. */
  List<String> groupNames() {
    return all.stream().map(Measurement::group).distinct().toList();
  }

  /** All iterations of all processes of the same point, merged. */
  List<Merged> merged() {
    Map<List<Object>, List<Measurement>> points = new LinkedHashMap<>();
    for (Measurement m : all) {
      points.computeIfAbsent(List.of(m.group(), m.series(), m.phase(), m.at()), _ -> new ArrayList<>()).add(m);
    }
    return points.values().stream().map(Merged::of).toList();
  }
}

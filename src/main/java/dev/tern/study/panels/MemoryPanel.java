package dev.tern.study.panels;

import dev.tern.study.report.Content;
import dev.tern.study.report.Document.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a context takes in memory. */
final class MemoryPanel {
  private MemoryPanel() {}

  static List<Section> of(Results results) {
    List<Content> contents = new ArrayList<>();
    Results mixers = results.suite("mixers").phase("decode");
    mixers = mixers.isEmpty() ? results.suite("mixers").phase("prefill") : mixers;
    List<Curve> states = mixers.curves();
    List<Curve> models = results.suite("models").phase("decode").curves();
    if (!states.isEmpty()) {
      contents.add(
          Charts.lines(
              "State of one mixer for one sequence",
              "bytes",
              names(states),
              states.stream().map(Curve::x).toList(),
              states.stream().map(curve -> curve.medians("stateBytes")).toList()));
      contents.add(table(states));
    }
    if (!models.isEmpty()) {
      contents.add(
          Charts.lines(
              "Resident set of the process with a whole model",
              "bytes",
              names(models),
              models.stream().map(Curve::x).toList(),
              models.stream().map(curve -> curve.medians("residentBytes")).toList()));
      contents.add(modelTable(models));
    }
    if (contents.isEmpty()) {
      return List.of();
    }
    contents.add(new Content.Finding(finding(states.isEmpty() ? models : states)));
    return List.of(new Section("Memory against context", contents));
  }

  private static List<String> names(List<Curve> curves) {
    return curves.stream().map(Curve::series).toList();
  }

  private static Content table(List<Curve> curves) {
    List<List<String>> rows = new ArrayList<>();
    for (Curve curve : curves) {
      double[] bytes = curve.medians("stateBytes");
      double growth = (bytes[bytes.length - 1] - bytes[0]) / (curve.last() - curve.x()[0]);
      rows.add(
          List.of(
              curve.series(),
              Units.bytes(bytes[0]),
              Units.bytes(bytes[bytes.length - 1]),
              curve.x().length < 2 ? "–" : Units.bytes(growth)));
    }
    return new Content.Table(
        List.of("mixer", "at " + first(curves), "at " + Units.count(curves.getFirst().last()), "per token"), rows);
  }

  private static Content modelTable(List<Curve> curves) {
    List<List<String>> rows = new ArrayList<>();
    for (Curve curve : curves) {
      double[] resident = curve.medians("residentBytes");
      double[] state = curve.medians("stateBytes");
      rows.add(
          List.of(
              curve.series(),
              Units.bytes(curve.values("weightBytes")[0]),
              Units.bytes(state[state.length - 1]),
              Units.bytes(resident[0]),
              Units.bytes(resident[resident.length - 1])));
    }
    return new Content.Table(
        List.of("model", "weights", "states at the longest", "resident at the shortest", "at the longest"), rows);
  }

  private static String first(List<Curve> curves) {
    return Units.count(curves.getFirst().x()[0]);
  }

  private static String finding(List<Curve> curves) {
    Curve largest = curves.getFirst();
    Curve smallest = curves.getFirst();
    for (Curve curve : curves) {
      largest = lastState(curve) > lastState(largest) ? curve : largest;
      smallest = lastState(curve) < lastState(smallest) ? curve : smallest;
    }
    return "At %s tokens %s holds the most, %s, and %s the least, %s: %s times less."
        .formatted(
            Units.count(largest.last()),
            largest.series(),
            Units.bytes(lastState(largest)),
            smallest.series(),
            Units.bytes(lastState(smallest)),
            Units.number(lastState(largest) / lastState(smallest)));
  }

  private static double lastState(Curve curve) {
    double[] bytes = curve.medians("stateBytes");
    return Arrays.stream(bytes).skip(bytes.length - 1L).findFirst().orElse(Double.NaN);
  }
}

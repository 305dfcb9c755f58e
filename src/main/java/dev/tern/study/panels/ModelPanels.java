package dev.tern.study.panels;

import dev.tern.study.report.Content;
import dev.tern.study.report.Document.Section;
import java.util.ArrayList;
import java.util.List;

/** Whole models against context and size. */
final class ModelPanels {
  private static final double HOUR = 3600;

  private ModelPanels() {}

  static List<Section> scaling(Results results) {
    Results models = results.suite("models");
    if (models.isEmpty()) {
      return List.of();
    }
    List<Curve> prefill = models.phase("prefill").curves();
    List<Curve> decode = models.phase("decode").curves();
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < prefill.size(); i++) {
      Curve reading = prefill.get(i);
      double[] seconds = decode.get(i).seconds();
      rows.add(
          List.of(
              reading.series(),
              Units.number(reading.values("parameters")[0] / 1e6) + " M",
              Units.bytes(reading.values("weightBytes")[0]),
              Units.number(reading.last() / reading.seconds()[reading.x().length - 1]),
              reading.x().length < 2 ? "–" : Units.estimate(ScalingFit.ofPrefill(reading).exponent()),
              Units.number(1 / seconds[0]),
              Units.number(1 / seconds[seconds.length - 1])));
    }
    return List.of(
        new Section(
            "Whole models",
            List.of(
                Charts.curves("Prefill of whole models", "milliseconds for the prompt", 1e3, prefill),
                Charts.curves("Decoding with whole models", "milliseconds per token", 1e3, decode),
                new Content.Table(
                    List.of(
                        "model",
                        "parameters",
                        "weights",
                        "prefill at the longest, tokens/s",
                        "exponent of prefill (95 %)",
                        "decoding at the shortest, tokens/s",
                        "at the longest"),
                    rows),
                new Content.Finding(finding(decode)))));
  }

  private static String finding(List<Curve> decode) {
    Curve smallest = decode.getFirst();
    Curve largest = decode.getFirst();
    for (Curve curve : decode) {
      smallest = bytes(curve) < bytes(smallest) ? curve : smallest;
      largest = bytes(curve) > bytes(largest) ? curve : largest;
    }
    return "%s has %s times the weights of %s, and a token takes %s times as long at the shortest context."
        .formatted(
            largest.series(),
            Units.number(bytes(largest) / bytes(smallest)),
            smallest.series(),
            Units.number(largest.seconds()[0] / smallest.seconds()[0]));
  }

  private static double bytes(Curve curve) {
    return curve.values("weightBytes")[0];
  }

  /** Energy and money per token. */
  static List<Section> cost(Results results, Double price) {
    Results models = results.suite("models");
    if (models.isEmpty()) {
      return List.of();
    }
    List<List<String>> rows = new ArrayList<>();
    List<Curve> prefill = models.phase("prefill").curves();
    List<Curve> decode = models.phase("decode").curves();
    double cheapest = Double.POSITIVE_INFINITY;
    double dearest = 0;
    for (int i = 0; i < decode.size(); i++) {
      double perPromptToken = prefill.get(i).seconds()[0] / prefill.get(i).x()[0];
      double perToken = decode.get(i).seconds()[0];
      cheapest = Math.min(cheapest, perToken);
      dearest = Math.max(dearest, perToken);
      double joules = decode.get(i).medians("joulesPerToken")[0];
      rows.add(
          List.of(
              decode.get(i).series(),
              Double.isNaN(joules) ? "unavailable" : Units.number(joules),
              price == null ? "–" : Units.number(perMillion(perPromptToken, price)),
              price == null ? "–" : Units.number(perMillion(perToken, price)),
              Units.number(perMillion(perToken, 1))));
    }
    boolean energy = models.all().stream().anyMatch(m -> m.value("joulesPerToken") >= 0);
    String finding =
        "A million generated tokens of one sequence take between %s and %s hours of this machine%s; %s."
            .formatted(
                Units.number(perMillion(cheapest, 1)),
                Units.number(perMillion(dearest, 1)),
                price == null
                    ? " (--price sets what an hour costs)"
                    : ", at %s an hour %s to %s"
                        .formatted(
                            Units.number(price),
                            Units.number(perMillion(cheapest, price)),
                            Units.number(perMillion(dearest, price))),
                energy ? "energy is that of the processor packages" : "energy counters are unavailable here");
    return List.of(
        new Section(
            "Cost",
            List.of(
                new Content.Table(
                    List.of(
                        "model",
                        "joules per generated token",
                        "price of a million prompt tokens",
                        "of a million generated",
                        "hours for a million generated"),
                    rows),
                new Content.Finding(finding))));
  }

  private static double perMillion(double secondsPerToken, double price) {
    return 1e6 * secondsPerToken / HOUR * price;
  }
}

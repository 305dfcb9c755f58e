package dev.tern.study.panels;

import dev.tern.study.report.Chart;
import dev.tern.study.report.Content;
import dev.tern.study.report.Document.Section;
import dev.tern.study.sweep.Measurement;
import java.util.ArrayList;
import java.util.List;

/** Quality against latency and size: which choices no other beats in both. */
final class FrontierPanel {
  private static final int GREY = 7;

  private FrontierPanel() {}

  static List<Section> of(Results results) {
    Results quality = results.suite("quality");
    List<Section> sections = new ArrayList<>();
    add(quality, "weights", "Bits per weight: quality against latency", sections);
    add(quality, "attention", "Attention budgets: quality against latency", sections);
    return sections;
  }

  private static void add(Results quality, String phase, String heading, List<Section> sections) {
    List<String> groups = quality.phase(phase).groupNames();
    List<Merged> choices =
        quality
            .where(m -> groups.contains(m.group()) && (m.phase().equals(phase) || m.phase().equals("reference")))
            .merged();
    if (quality.phase(phase).isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    List<String> frontier = new ArrayList<>();
    for (Merged choice : choices) {
      Merged better = dominator(choice, choices);
      if (better == null) {
        frontier.add(choice.first().series());
      }
      rows.add(row(choice, better));
    }
    sections.add(
        new Section(
            heading,
            List.of(
                new Content.Paragraph(
                    "Kullback–Leibler divergence from the model as it is in its file, along texts that it writes"
                        + " itself,"
                        + " against the time of a token behind %s tokens. A choice is dominated, and grey, when another is"
                            .formatted(Units.count(choices.getFirst().first().at("context")))
                        + " both faster and nearer to the original."),
                chart(choices),
                new Content.Table(
                    List.of(
                        "choice",
                        "bits per weight",
                        "state",
                        "token",
                        "KL, nats",
                        "same likeliest token",
                        "dominated by"),
                    rows),
                new Content.Finding(finding(choices, frontier)))));
  }

  private static List<String> row(Merged choice, Merged better) {
    Measurement m = choice.first();
    return List.of(
        m.series(),
        Units.number(m.value("bitsPerWeight")),
        Units.bytes(m.value("stateBytes")),
        Units.seconds(choice.seconds()),
        "%s ± %s".formatted(Units.number(m.value("kl")), Units.number(m.value("klError"))),
        Units.percent(m.value("agreement")),
        better == null ? "" : better.first().series());
  }

  /** A choice that is faster and no worse, or null. */
  private static Merged dominator(Merged choice, List<Merged> choices) {
    return choices.stream()
        .filter(other -> other != choice)
        .filter(other -> other.seconds() < choice.seconds())
        .filter(other -> other.first().value("kl") <= choice.first().value("kl"))
        .findFirst()
        .orElse(null);
  }

  private static Chart chart(List<Merged> choices) {
    List<Chart.Series> series = new ArrayList<>();
    int colour = 0;
    for (Merged choice : choices) {
      boolean dominated = dominator(choice, choices) != null;
      String name = choice.first().series() + (dominated ? " (dominated)" : "");
      double[] x = {1e6 * choice.seconds()};
      double[] y = {choice.first().value("kl")};
      series.add(Chart.Series.points(name, dominated ? GREY : colour++ % GREY, x, y));
    }
    return new Chart(
        "Divergence against latency",
        new Chart.Axis("microseconds per token", false),
        new Chart.Axis("KL divergence, nats per token", false),
        series);
  }

  private static String finding(List<Merged> choices, List<String> frontier) {
    Merged fastest = choices.getFirst();
    for (Merged choice : choices) {
      fastest = choice.seconds() < fastest.seconds() ? choice : fastest;
    }
    Merged reference = choices.getFirst();
    return "%s of %d choices are on the frontier (%s); the fastest, %s, takes %s of the time of the original at a divergence of %s nats."
        .formatted(
            frontier.size(),
            choices.size(),
            Units.list(frontier),
            fastest.first().series(),
            Units.percent(fastest.seconds() / reference.seconds()),
            Units.number(fastest.first().value("kl")));
  }
}

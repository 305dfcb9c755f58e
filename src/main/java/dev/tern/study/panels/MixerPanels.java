package dev.tern.study.panels;

import dev.tern.study.report.Content;
import dev.tern.study.report.Document.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** How mixers alone scale with the context. */
final class MixerPanels {
  private MixerPanels() {}

  /** Whether a mixer's cost of a token is meant not to depend on the context. */
  static boolean isLinear(String series) {
    return !isFull(series) && !series.startsWith("blocks:");
  }

  /** Whether a mixer looks at all of the context. */
  static boolean isFull(String series) {
    return series.startsWith("attention") || series.startsWith("latent-attention");
  }

  /** Prefill against context, for each group that has it. */
  static List<Section> prefill(Results results) {
    Results prefill = results.suite("mixers").phase("prefill");
    return sections(prefill, "Prefill of mixers alone", MixerPanels::prefillOf);
  }

  /** Decoding against context, for each group that has it. */
  static List<Section> decode(Results results) {
    Results decode = results.suite("mixers").phase("decode");
    return sections(decode, "Decoding of mixers alone", MixerPanels::decodeOf);
  }

  private interface Panel {
    List<Content> of(List<Curve> curves);
  }

  private static List<Section> sections(Results results, String heading, Panel panel) {
    List<Section> sections = new ArrayList<>();
    List<String> groups = results.groupNames();
    for (String group : groups) {
      List<Curve> curves = results.where(m -> m.group().equals(group)).curves();
      curves = curves.stream().filter(curve -> curve.x().length >= 2).toList();
      if (!curves.isEmpty()) {
        sections.add(new Section(groups.size() == 1 ? heading : heading + ": " + group, panel.of(curves)));
      }
    }
    return sections;
  }

  private static List<Content> prefillOf(List<Curve> curves) {
    List<ScalingFit> fits = curves.stream().map(ScalingFit::ofPrefill).toList();
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i);
      ScalingFit fit = fits.get(i);
      rows.add(
          List.of(
              curve.series(),
              Units.seconds(last(curve.seconds())),
              Units.estimate(fit.exponent()),
              Units.seconds(fit.first()),
              Units.number(1e9 * fit.second()),
              Units.percent(fit.secondShare(curve.last()))));
    }
    String longest = Units.count(curves.getFirst().last());
    return List.of(
        new Content.Paragraph(
            "Time to read a prompt of t tokens through one mixer with its projections. The exponent is that of a power"
                + " law through the contexts from a quarter of the longest on; αt + βt² is fitted to all."),
        Charts.curves("Prefill", "milliseconds for the prompt", 1e3, curves),
        new Content.Table(
            List.of(
                "mixer", "at " + longest, "exponent (95 %)", "α per token", "β, ns/token²", "β's share at " + longest),
            rows),
        new Content.Finding(prefillFinding(curves, fits)));
  }

  private static String prefillFinding(List<Curve> curves, List<ScalingFit> fits) {
    String full = exponents(curves, fits, MixerPanels::isFull);
    String linear = exponents(curves, fits, MixerPanels::isLinear);
    return "At long contexts the time of a prefill grows with the exponent %s for mixers that see all of it, and %s for those with a window or a state."
        .formatted(full, linear);
  }

  private static String exponents(List<Curve> curves, List<ScalingFit> fits, Predicate<String> kind) {
    double[] values =
        java.util.stream.IntStream.range(0, curves.size())
            .filter(i -> kind.test(curves.get(i).series()))
            .mapToDouble(i -> fits.get(i).exponent().value())
            .sorted()
            .toArray();
    return span(values);
  }

  private static String span(double[] sorted) {
    if (sorted.length == 0) {
      return "(none measured)";
    }
    String low = Units.number(sorted[0]);
    String high = Units.number(last(sorted));
    return low.equals(high) ? low : low + " to " + high;
  }

  private static List<Content> decodeOf(List<Curve> curves) {
    List<List<String>> rows = new ArrayList<>();
    for (Curve curve : curves) {
      ScalingFit fit = ScalingFit.ofDecoding(curve);
      double[] seconds = curve.seconds();
      rows.add(
          List.of(
              curve.series(),
              Units.seconds(seconds[0]),
              Units.seconds(last(seconds)),
              Units.estimate(fit.exponent()),
              Units.seconds(fit.first()),
              Units.number(1e9 * fit.second())));
    }
    String shortest = Units.count(curves.getFirst().x()[0]);
    String longest = Units.count(curves.getFirst().last());
    return List.of(
        new Content.Paragraph(
            "Time of one token through one mixer with its projections, with a context of t tokens behind it; α + βt is"
                + " fitted to all contexts."),
        Charts.curves("Decoding", "microseconds per token and mixer", 1e6, curves),
        new Content.Table(
            List.of("mixer", "at " + shortest, "at " + longest, "exponent (95 %)", "α", "β, ns per token of context"),
            rows),
        new Content.Finding(decodeFinding(curves)));
  }

  private static String decodeFinding(List<Curve> curves) {
    double[] full = growths(curves, MixerPanels::isFull);
    double[] linear = growths(curves, MixerPanels::isLinear);
    return "From %s to %s tokens a step becomes %s times as long for mixers that see the whole context, and %s times for those with a window or a state."
        .formatted(
            Units.count(curves.getFirst().x()[0]), Units.count(curves.getFirst().last()), span(full), span(linear));
  }

  private static double[] growths(List<Curve> curves, Predicate<String> kind) {
    return curves.stream()
        .filter(curve -> kind.test(curve.series()))
        .map(Curve::seconds)
        .mapToDouble(seconds -> last(seconds) / seconds[0])
        .sorted()
        .toArray();
  }

  private static double last(double[] values) {
    return Arrays.stream(values).skip(values.length - 1L).findFirst().orElse(Double.NaN);
  }
}

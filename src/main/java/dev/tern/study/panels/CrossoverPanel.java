package dev.tern.study.panels;

import dev.tern.study.report.Content;
import dev.tern.study.report.Document.Section;
import dev.tern.study.sweep.Measurement;
import java.util.ArrayList;
import java.util.List;

/** From which context on a recurrent mixer is faster than softmax attention. */
final class CrossoverPanel {
  private static final String BASE = "attention";

  /** A state is kept in 32-bit floats. */
  private static final double STATE_BYTES = 4;

  /** How far a prediction may be off. */
  private static final double FACTOR = 2;

  private static final List<String> PHASES = List.of("state", "decode", "prefill");

  private final List<List<String>> rows = new ArrayList<>();
  private final List<String> far = new ArrayList<>();
  private int compared;

  private final Peaks peaks;

  private CrossoverPanel(Peaks peaks) {
    this.peaks = peaks;
  }

  /** The panel, if attention and something recurrent were measured. */
  static List<Section> of(Results results) {
    Results mixers = results.suite("mixers");
    CrossoverPanel panel = new CrossoverPanel(Peaks.of(results));
    for (String phase : PHASES) {
      for (String group : mixers.phase(phase).groupNames()) {
        panel.compare(phase, mixers.phase(phase).where(m -> m.group().equals(group)).curves());
      }
    }
    return panel.rows.isEmpty() ? List.of() : List.of(panel.section());
  }

  private void compare(String phase, List<Curve> curves) {
    for (Curve base : curves) {
      for (Curve other : curves) {
        boolean sameForm = base.series().equals(BASE) || base.series().startsWith(BASE + " ");
        if (sameForm && isRecurrent(other.series()) && other.x().length > 1 && base.x().length > 1) {
          add(phase, base, other);
        }
      }
    }
  }

  private static boolean isRecurrent(String series) {
    return MixerPanels.isLinear(series) && !series.startsWith("window") && !series.startsWith("short-convolution");
  }

  private void add(String phase, Curve base, Curve other) {
    Crossing measured = Crossing.of(base, other);
    double expected = phase.equals("state") ? byFormula(base) : byWork(base, other);
    double corrected = corrected(base, other);
    rows.add(
        List.of(
            "%s, %s".formatted(other.series(), phase.equals("state") ? "state alone" : phase),
            Units.crossing(measured, base.x()),
            Units.place(expected, base.x()),
            ratio(measured.context(), expected),
            share(base, measured.context()),
            share(other, measured.context()),
            Units.place(corrected, base.x())));
    judge(phase, base, other, new double[] {measured.context(), expected, corrected});
  }

  /** t* = (n_h / n_kv) · d_v · (b_state / b_kv): both then move as many bytes. */
  private static double byFormula(Curve base) {
    Measurement first = base.points().getFirst().getFirst();
    return first.value("heads")
        / first.value("kvHeads")
        * first.value("headWidth")
        * STATE_BYTES
        / first.value("cacheBytes");
  }

  /** Where the least times of the two cross, projections included. */
  private double byWork(Curve base, Curve other) {
    return Crossing.at(base.x(), least(base), other.x(), least(other));
  }

  /** Where they cross if each keeps the share of the machine that it has at the longest context. */
  private double corrected(Curve base, Curve other) {
    return Crossing.at(
        base.x(),
        Charts.scaled(least(base), 1 / lastShare(base)),
        other.x(),
        Charts.scaled(least(other), 1 / lastShare(other)));
  }

  /** With the same peaks for all, so that the memory of the machine need not be equally fast in every process. */
  private double[] least(Curve curve) {
    return peaks.seconds(curve);
  }

  private double lastShare(Curve curve) {
    double[] least = least(curve);
    return least[least.length - 1] / curve.seconds()[least.length - 1];
  }

  private static String ratio(double measured, double expected) {
    return Crossing.within(measured) && Crossing.within(expected) ? Units.number(measured / expected) : "–";
  }

  /** Least by measured time at the context nearest to a place. */
  private String share(Curve curve, double place) {
    double[] predicted = least(curve);
    int nearest = predicted.length - 1;
    for (int i = 0; i < predicted.length; i++) {
      double near = Math.clamp(place, curve.x()[0], curve.last());
      boolean nearer = Math.abs(Math.log(curve.x()[i] / near)) < Math.abs(Math.log(curve.x()[nearest] / near));
      nearest = nearer ? i : nearest;
    }
    return Units.percent(predicted[nearest] / curve.seconds()[nearest]);
  }

  /** Outside of the measured contexts only the side is compared. */
  private void judge(String phase, Curve base, Curve other, double[] places) {
    double measured = Math.clamp(places[0], base.x()[0], base.last());
    double expected = Math.clamp(places[1], base.x()[0], base.last());
    compared++;
    if (measured > FACTOR * expected || measured < expected / FACTOR) {
      far.add(
          "%s in %s at %s instead of %s (%s with the shares of the limit that both reach at the longest context)"
              .formatted(
                  other.series(),
                  phase.equals("state") ? "its state alone" : phase,
                  Units.place(places[0], base.x()),
                  Units.place(places[1], base.x()),
                  Units.place(places[2], base.x())));
    }
  }

  private Section section() {
    String finding =
        "Of %d crossovers %d lie within a factor of two of the prediction%s."
            .formatted(
                compared,
                compared - far.size(),
                far.isEmpty()
                    ? ""
                    : "; the others move because the two do not come equally near to the limit of the machine: "
                        + String.join("; ", far));
    return new Section(
        "Crossovers with softmax attention",
        List.of(
            new Content.Paragraph(
                "The context from which on attention takes longer. For the state alone the prediction is where keys and"
                    + " values take as many bytes as a state that is read and written: t* ="
                    + " (n_h/n_kv)·d_v·(b_state/b_kv); for whole mixers it is where the least times by bytes and"
                    + " operations cross, projections included. Shares are least by measured time near the crossing;"
                    + " the last column predicts with the shares at the longest context."),
            new Content.Table(
                List.of(
                    "against",
                    "measured (95 %)",
                    "predicted",
                    "ratio",
                    "attention's share",
                    "its share",
                    "predicted with shares"),
                rows),
            new Content.Finding(finding)));
  }
}

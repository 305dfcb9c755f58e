package dev.tern.study.laws;

import dev.tern.study.report.Content;
import dev.tern.study.report.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The document of a {@link RunsResult}. */
final class RunsReport {
  private final RunsResult result;

  private RunsReport(RunsResult result) {
    this.result = result;
  }

  static Document of(RunsResult result) {
    RunsReport report = new RunsReport(result);
    String summary =
        "%d training runs of %s (%d of the highest losses left out); logarithms of loss fitted with %s; %s."
            .formatted(
                result.runs().size(),
                result.file(),
                result.dropped(),
                result.delta() == 0 ? "least absolute deviations" : "Huber's loss, δ = " + result.delta(),
                result.replicates() == 0
                    ? "no intervals (no bootstrap)"
                    : "in brackets 95 %% intervals of %d bootstrap samples".formatted(result.replicates()));
    List<Document.Section> sections = new ArrayList<>();
    if (!result.plans().isEmpty()) {
      sections.add(PlanReport.plans(result.plans()));
    }
    sections.add(report.parametric());
    sections.add(report.exponents());
    sections.add(report.isoFlop());
    sections.add(report.kaplan());
    sections.add(report.embeddings());
    sections.add(PlanReport.optima(result.optima()));
    sections.add(PlanReport.serving(result));
    return new Document("Scaling laws", summary, List.copyOf(sections));
  }

  private Document.Section parametric() {
    return new Document.Section(
        "Parametric law (approach 3)",
        List.of(
            new Content.Paragraph("L(N, D) = E + A/N^α + B/D^β, C = 6ND."),
            constants(result.parametric().constants(), result.parametric().objective()),
            RunsCharts.loss(result),
            new Content.Finding(
                "Loss falls with N^-%.3f and D^-%.3f towards %.3f nats; half of what can be gained is gained with"
                        .formatted(
                            result.parametric().law().parameterExponent(),
                            result.parametric().law().tokenExponent(),
                            result.parametric().law().irreducible())
                    + " %s times the parameters and %s times the tokens."
                        .formatted(
                            Numbers.format("%.1f", Math.pow(2, 1 / result.parametric().law().parameterExponent())),
                            Numbers.format("%.1f", Math.pow(2, 1 / result.parametric().law().tokenExponent()))))));
  }

  private static Content.Table constants(Map<String, Estimate> constants, double objective) {
    List<List<String>> rows = new ArrayList<>();
    constants.forEach((name, value) -> rows.add(List.of(name, Numbers.text(value.value()), interval(value))));
    rows.add(List.of("objective", Numbers.format("%.8f", objective), ""));
    return new Content.Table(List.of("constant", "value", "95 %"), rows);
  }

  private static String interval(Estimate value) {
    return value.interval() == null ? "" : value.interval().toString();
  }

  private Document.Section exponents() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(exponent("1 minimum over runs", "frontier"));
    rows.add(exponent("2 isoFLOP parabolas", "isoflop"));
    rows.add(exponent("3 parametric law", "parametric"));
    rows.add(exponent("Kaplan's law", "kaplan"));
    double a = result.parametric().law().optimalExponent();
    Content.Finding finding =
        new Content.Finding(
            "Ten times the compute is best spent on %.2f times the parameters and %.2f times the tokens (approach 3)."
                .formatted(Math.pow(10, a), Math.pow(10, 1 - a)));
    return new Document.Section(
        "Optimal size against compute",
        List.of(
            new Content.Paragraph("N* ∝ C^a and D* ∝ C^(1−a); – where the runs do not allow the approach."),
            new Content.Table(List.of("approach", "a", "95 %"), rows),
            RunsCharts.optimalSize(result),
            finding));
  }

  private List<String> exponent(String label, String key) {
    Estimate estimate = result.exponents().get(key);
    return List.of(label, Numbers.text(estimate.value()), interval(estimate));
  }

  private Document.Section isoFlop() {
    List<Content> contents = new ArrayList<>();
    List<IsoFlop.Level> levels = result.isoFlop().levels();
    if (levels.isEmpty()) {
      contents.add(
          new Content.Paragraph(
              "No five runs of the same compute (within 15 %) have the lowest point of a parabola among them."));
    } else {
      contents.add(
          new Content.Table(
              List.of("compute", "runs", "N*", "D*", "loss there"), levels.stream().map(RunsReport::level).toList()));
      contents.add(RunsCharts.parabolas(result));
    }
    return new Document.Section("IsoFLOP parabolas (approach 2)", contents);
  }

  private static List<String> level(IsoFlop.Level level) {
    return List.of(
        Numbers.power(level.compute()),
        Integer.toString(level.runs().size()),
        Numbers.count(level.optimalParameters()),
        Numbers.count(level.compute() / TrainingRun.TRAINING_FLOPS / level.optimalParameters()),
        Numbers.format("%.4f", level.optimalLoss()));
  }

  private Document.Section kaplan() {
    double better = result.kaplan().objective() / result.parametric().objective();
    return new Document.Section(
        "Kaplan's power laws",
        List.of(
            new Content.Paragraph(
                "L(N, D) = [(N_c/N)^(α_N/α_D) + D_c/D]^α_D; alone L(N) = (N_c/N)^α_N and L(D) = (D_c/D)^α_D; on the"
                    + " frontier L(C) ∝ C^-α_C. None has an irreducible loss."),
            constants(result.kaplan().constants(), result.kaplan().objective()),
            new Content.Finding(
                "The deviations of Kaplan's law are %.2f times those of the parametric law.".formatted(better))));
  }

  private Document.Section embeddings() {
    EmbeddingCount count = result.embeddings();
    return new Document.Section(
        "Kaplan and Chinchilla reconciled",
        List.of(
            new Content.Paragraph(
                "What a study would find if the parametric law is right, but its models have %s to %s parameters and"
                        .formatted(Numbers.count(count.smallest()), Numbers.count(count.largest()))
                    + " their embeddings (%s·N^⅓) are not counted.".formatted(Numbers.text(count.omega()))),
            new Content.Table(
                List.of("counted", "a"),
                List.of(
                    List.of("all parameters", Numbers.text(count.exponentWith())),
                    List.of("without embeddings", Numbers.text(count.exponentWithout())),
                    List.of("Kaplan et al. (2020)", Numbers.text(EmbeddingCount.KAPLAN_EXPONENT)))),
            new Content.Finding(
                "Leaving the embeddings out moves the exponent from %.2f to %.2f; Kaplan et al. reported %.2f."
                    .formatted(count.exponentWith(), count.exponentWithout(), EmbeddingCount.KAPLAN_EXPONENT))));
  }
}

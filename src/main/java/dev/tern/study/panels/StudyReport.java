package dev.tern.study.panels;

import dev.tern.study.report.Content;
import dev.tern.study.report.Document;
import dev.tern.study.report.Document.Section;
import dev.tern.study.sweep.Fingerprint;
import dev.tern.study.sweep.Measurement;
import java.util.ArrayList;
import java.util.List;

/** The report of a study: a panel for everything that was measured. */
public final class StudyReport {
  private StudyReport() {}

  /**
   * What is told about the run.
   *
   * @param price per hour, or null
   * @param left jobs that were not run
   * @param failures of jobs, in words
   */
  public record Run(String title, Fingerprint machine, Double price, int left, List<String> failures) {}

  /** The document for the measurements there are. */
  public static Document of(Run run, List<Measurement> measurements) {
    Results results = new Results(measurements);
    List<Section> sections = new ArrayList<>();
    sections.addAll(MixerPanels.prefill(results));
    sections.addAll(MixerPanels.decode(results));
    sections.addAll(CrossoverPanel.of(results));
    sections.addAll(MemoryPanel.of(results));
    sections.addAll(ModelPanels.scaling(results));
    sections.addAll(ExpertPanel.of(results));
    sections.addAll(AdapterPanel.of(results));
    sections.addAll(FrontierPanel.of(results));
    sections.addAll(LimitPanels.roofline(results));
    sections.addAll(LimitPanels.predictions(results));
    sections.addAll(ModelPanels.cost(results, run.price));
    sections.add(machine(run, results));
    return new Document(run.title, summary(run, results), sections);
  }

  private static String summary(Run run, Results results) {
    long processes = results.all().stream().map(Measurement::job).distinct().count();
    return "%d points of %d processes on %s.%s"
        .formatted(
            results.merged().size(),
            processes,
            run.machine.processor(),
            run.left == 0 ? "" : " The study is unfinished: %d jobs are left.".formatted(run.left));
  }

  private static Section machine(Run run, Results results) {
    Fingerprint machine = run.machine;
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("processor", machine.processor()));
    rows.add(List.of("cores that compute", Integer.toString(machine.cores())));
    rows.add(List.of("vectors", machine.vectorBits() + " bits"));
    rows.add(List.of("memory", machine.memoryBytes() < 0 ? "unknown" : Units.bytes(machine.memoryBytes())));
    rows.add(List.of("read bandwidth, least … most of the processes", range(results, "peakBytes", 1e9, "GB/s")));
    rows.add(List.of("multiply-adds, least … most", range(results, "peakFlops", 1e9, "GFLOP/s")));
    rows.add(List.of("measured although times had not settled", unsettled(results)));
    rows.add(List.of("energy counters", machine.energy() ? "readable" : "unavailable"));
    rows.add(List.of("system", machine.system()));
    rows.add(List.of("Java", machine.java()));
    rows.add(List.of("Tern", machine.tern()));
    rows.add(List.of("started", machine.started()));
    List<Content> contents = new ArrayList<>();
    contents.add(new Content.Table(List.of("", "measured on"), rows));
    contents.add(
        new Content.Paragraph(
            "Every point is measured in several processes, after a warm-up in each until times stop falling; curves are"
                + " medians, bands and intervals the middle 95 % of 400 bootstrap replicates that draw processes, then"
                + " iterations within them."));
    run.failures.forEach(failure -> contents.add(new Content.Paragraph("Not measured: " + failure)));
    contents.add(new Content.Finding(steadiness(results)));
    return new Section("Machine and method", contents);
  }

  /** Points whose warm-up took too long, among all. */
  private static String unsettled(Results results) {
    return "%d of %d points".formatted(results.where(m -> m.value("settled") == 0).all().size(), results.all().size());
  }

  private static String range(Results results, String key, double unit, String name) {
    var range = results.all().stream().mapToDouble(m -> m.value(key)).summaryStatistics();
    return "%s … %s %s".formatted(Units.number(range.getMin() / unit), Units.number(range.getMax() / unit), name);
  }

  /** How far the figures can be trusted. */
  private static String steadiness(Results results) {
    double[] spreads =
        results.merged().stream().mapToDouble(point -> point.high() / point.low() - 1).sorted().toArray();
    return spreads.length == 0
        ? "Nothing was measured."
        : "Between the fifth and the 95th percentile the times of a point differ by %s in the median, and by more than %s for one point in ten."
            .formatted(
                Units.percent(spreads[spreads.length / 2]), Units.percent(spreads[(int) (0.9 * (spreads.length - 1))]));
  }
}

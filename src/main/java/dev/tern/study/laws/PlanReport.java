package dev.tern.study.laws;

import dev.tern.study.report.Content;
import dev.tern.study.report.Document;
import java.util.ArrayList;
import java.util.List;

/** Allocations as parts of a document. */
final class PlanReport {
  private static final List<String> COLUMNS = List.of("", "FLOPs", "N", "D", "D/N", "loss");
  private static final double[] SERVED_PER_TOKEN = {0, 0.1, 1, 10, 100};

  private PlanReport() {}

  static Document.Section plans(List<Plan> plans) {
    List<Content> contents = new ArrayList<>();
    plans.forEach(plan -> add(contents, plan));
    return new Document.Section("Plan", contents);
  }

  private static void add(List<Content> contents, Plan plan) {
    List<List<String>> rows = new ArrayList<>();
    double served = plan.budget().served();
    if (served > 0) {
      rows.add(row("training and serving", plan.best()));
      rows.add(row("all for training", plan.trainingOnly()));
      rows.add(row("same loss, cheapest with serving", plan.sameLoss()));
    } else {
      rows.add(row("training", plan.best()));
    }
    contents.add(new Content.Table(COLUMNS, rows));
    contents.add(new Content.Finding(sentence(plan)));
  }

  private static String sentence(Plan plan) {
    Allocation best = plan.best().allocation();
    double served = plan.budget().served();
    StringBuilder out = new StringBuilder("%s FLOPs".formatted(Numbers.power(plan.budget().compute())));
    if (served > 0) {
      out.append(" for training and for serving %s tokens".formatted(Numbers.count(served)));
    }
    out.append(
        ": train %s parameters on %s tokens for a loss of %s."
            .formatted(
                Numbers.count(best.parameters()), Numbers.count(best.tokens()), Numbers.format("%.4f", best.loss())));
    if (served > 0) {
      Allocation same = plan.sameLoss().allocation();
      double saved = 1 - same.compute() / plan.trainingOnly().allocation().computeServing(served);
      out.append(
          " The loss that all of it would reach in training alone costs %s FLOPs with serving by way of %s parameters,"
                  .formatted(Numbers.power(same.compute()), Numbers.count(same.parameters()))
              + " %s less than by the training optimum.".formatted(Numbers.format("%.1f %%", 100 * saved)));
    }
    if (plan.best().extrapolation() > 1) {
      out.append(
          " This is %s times the compute of the largest run: the law is used beyond its data."
              .formatted(Numbers.format("%.3g", plan.best().extrapolation())));
    }
    return out.toString();
  }

  private static List<String> row(String label, PlannedAllocation planned) {
    Allocation allocation = planned.allocation();
    String loss = Numbers.format("%.4f", allocation.loss());
    Interval interval = planned.loss();
    return List.of(
        label,
        Numbers.power(allocation.compute()),
        Numbers.counts(allocation.parameters(), planned.parameters()),
        Numbers.counts(allocation.tokens(), planned.tokens()),
        Numbers.format("%.3g", allocation.tokens() / allocation.parameters()),
        interval == null ? loss : "%s (%s)".formatted(loss, interval));
  }

  static Document.Section optima(List<PlannedAllocation> optima) {
    List<List<String>> rows =
        optima.stream().map(planned -> row(planned.extrapolation() > 1 ? "beyond the data" : "", planned)).toList();
    return new Document.Section(
        "Compute-optimal training",
        List.of(new Content.Paragraph("By the parametric law, C = 6ND."), new Content.Table(COLUMNS, rows)));
  }

  /** What serving does to the optimum of the largest compute of the runs. */
  static Document.Section serving(RunsResult result) {
    ParametricLaw law = result.parametric().law();
    double compute = result.runs().stream().mapToDouble(TrainingRun::compute).max().orElseThrow();
    Allocation training = Allocation.training(law, compute);
    List<List<String>> rows = new ArrayList<>();
    double smaller = 1;
    for (double ratio : SERVED_PER_TOKEN) {
      double served = ratio * training.tokens();
      Allocation best = Allocation.cheapest(law, training.loss(), served);
      smaller = best.parameters() / training.parameters();
      rows.add(
          List.of(
              Numbers.count(served),
              Numbers.count(best.parameters()),
              Numbers.count(best.tokens()),
              Numbers.power(best.compute()),
              Numbers.format("%.1f %%", 100 * Math.max(0, 1 - best.compute() / training.computeServing(served)))));
    }
    return new Document.Section(
        "Counting what is served",
        List.of(
            new Content.Paragraph(
                "The cheapest way to a loss of %s, which %s FLOPs of training reach, where 6ND + 2NS FLOPs are paid."
                    .formatted(Numbers.format("%.4f", training.loss()), Numbers.power(compute))),
            new Content.Table(List.of("served S", "N", "D", "FLOPs", "saved against the training optimum"), rows),
            new Content.Finding(
                "A model that serves a hundred times its training tokens should have %s of the size that is best for"
                        .formatted(Numbers.format("%.0f %%", 100 * smaller))
                    + " training alone.")));
  }
}

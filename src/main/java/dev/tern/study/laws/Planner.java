package dev.tern.study.laws;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Allocations with intervals: each is also computed by the laws of all the bootstrap replicates. */
final class Planner {
  private final ParametricLaw law;
  private final List<ParametricLaw> replicates;
  private final double mostCompute;

  Planner(ParametricLaw law, List<ParametricLaw> replicates, List<TrainingRun> runs) {
    this.law = law;
    this.replicates = replicates;
    mostCompute = runs.stream().mapToDouble(TrainingRun::compute).max().orElseThrow();
  }

  /** The compute-optimal allocations of 10^first to 10^last FLOPs. */
  List<PlannedAllocation> decades(int first, int last) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(decade -> planned(each -> Allocation.training(each, Math.pow(10, decade))))
        .toList();
  }

  Plan plan(LawsOptions.Budget budget) {
    PlannedAllocation trainingOnly = planned(each -> Allocation.training(each, budget.compute()));
    if (budget.served() == 0) {
      return new Plan(budget, trainingOnly, trainingOnly, null);
    }
    return new Plan(
        budget,
        planned(each -> Allocation.withServing(each, budget.compute(), budget.served())),
        trainingOnly,
        planned(
            each -> Allocation.cheapest(each, Allocation.training(each, budget.compute()).loss(), budget.served())));
  }

  private PlannedAllocation planned(Function<ParametricLaw, Allocation> allocate) {
    Allocation found = allocate.apply(law);
    List<Allocation> others = replicates.stream().map(allocate).toList();
    return new PlannedAllocation(
        found,
        Interval.of(others.stream().mapToDouble(Allocation::parameters).toArray()),
        Interval.of(others.stream().mapToDouble(Allocation::tokens).toArray()),
        Interval.of(others.stream().mapToDouble(Allocation::loss).toArray()),
        found.compute() / mostCompute);
  }
}

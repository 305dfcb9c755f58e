package dev.tern.study.sweep;

import dev.tern.engine.Engine;
import dev.tern.engine.Sequence;
import dev.tern.engine.Step;
import dev.tern.evaluate.NetworkWork;
import dev.tern.evaluate.Throughput;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Reads a prompt up to each context and decodes some tokens there. */
final class ModelExperiment {
  private static final int DECODED = 16;

  private final ModelSuite suite;
  private final Lab lab;
  private final ModelUnderTest model;
  private final KvType cache;
  private final int sequences;
  private final SplittableRandom random = new SplittableRandom(5);

  ModelExperiment(ModelSuite suite, Lab lab, ModelUnderTest model, KvType cache, int sequences) {
    this.suite = suite;
    this.lab = lab;
    this.model = model;
    this.cache = cache;
    this.sequences = sequences;
  }

  /** What one run saw at one context. */
  private record Seen(double prefill, double decode, double joules, long stateBytes, long residentBytes) {}

  void run() {
    List<Integer> contexts = suite.contexts();
    lab.warmUp(() -> Lab.seconds(() -> pass(contexts.subList(0, 1))));
    List<List<Seen>> runs = lab.iterate(() -> pass(contexts));
    for (int i = 0; i < contexts.size(); i++) {
      int at = i;
      List<Seen> seen = runs.stream().map(run -> run.get(at)).toList();
      prefill(contexts.get(i), seen);
      decode(contexts.get(i), seen);
    }
  }

  /** One sequence after the other is filled; then all decode together. */
  private List<Seen> pass(List<Integer> contexts) {
    List<Sequence> open = new ArrayList<>();
    try {
      for (int i = 0; i < sequences; i++) {
        open.add(model.engine().sequence(new StateOptions(cache)));
      }
      List<Seen> seen = new ArrayList<>();
      double prefill = 0;
      for (int context : contexts) {
        int missing = context - open.getFirst().length();
        prefill += Lab.seconds(() -> open.forEach(sequence -> fill(sequence, missing)));
        seen.add(decodeAt(open, prefill));
      }
      return seen;
    } finally {
      open.forEach(Sequence::close);
    }
  }

  private void fill(Sequence sequence, int tokens) {
    int[] ids = random.ints(tokens, 0, model.engine().network().vocabulary()).toArray();
    model.engine().prefill(sequence, ids, false, (position, logits, at) -> {}, Engine.Go.ALWAYS);
  }

  private Seen decodeAt(List<Sequence> sequences, double prefill) {
    List<Sequence> copies = new ArrayList<>(sequences.stream().map(Sequence::copy).toList());
    try {
      int vocabulary = model.engine().network().vocabulary();
      List<Step> steps = copies.stream().map(copy -> new Step(copy, new float[vocabulary])).toList();
      step(steps); // copies the last page of each cache
      EnergyMeter meter = EnergyMeter.start();
      double seconds =
          Lab.seconds(
              () -> {
                for (int i = 0; i < DECODED; i++) {
                  step(steps);
                }
              });
      double joules = meter.joules() / (DECODED * copies.size());
      long bytes = sequences.stream().mapToLong(Sequence::bytes).sum();
      return new Seen(prefill, seconds / DECODED, joules, bytes, ProcessMemory.residentBytes());
    } finally {
      copies.forEach(Sequence::close);
    }
  }

  private void step(List<Step> steps) {
    steps.forEach(step -> step.token(random.nextInt(model.engine().network().vocabulary())));
    model.engine().decode(steps);
  }

  private void prefill(int context, List<Seen> seen) {
    Throughput.Case what = new Throughput.Case(context, 0, 0, sequences);
    point("prefill", context, seen)
        .work(NetworkWork.of(model.engine().network(), what, cache).parts())
        .seconds(seen.stream().mapToDouble(Seen::prefill).toArray());
  }

  private void decode(int context, List<Seen> seen) {
    Throughput.Case what = new Throughput.Case(0, 1, context, sequences);
    point("decode", context, seen)
        .work(NetworkWork.of(model.engine().network(), what, cache).parts())
        .value("joulesPerToken", seen.stream().mapToDouble(Seen::joules).average().orElse(Double.NaN))
        .seconds(seen.stream().mapToDouble(Seen::decode).toArray());
  }

  private Point point(String phase, int context, List<Seen> seen) {
    String format = suite.cache().size() == 1 ? "" : " " + cache;
    return lab.point(ModelSuite.SUITE, suite.label() + format, phase)
        .at("context", context)
        .at("batch", sequences)
        .value("parameters", model.parameters())
        .value("weightBytes", model.weightBytes())
        .value("stateBytes", seen.getLast().stateBytes())
        .value("residentBytes", seen.stream().mapToLong(Seen::residentBytes).max().orElse(-1));
  }
}

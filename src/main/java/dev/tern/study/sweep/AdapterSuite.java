package dev.tern.study.sweep;

import dev.tern.engine.Sequence;
import dev.tern.engine.Step;
import dev.tern.evaluate.NetworkWork;
import dev.tern.evaluate.Throughput;
import dev.tern.evaluate.Work;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import dev.tern.layer.WeightedAdapter;
import dev.tern.study.synthetic.LayerShape;
import dev.tern.study.synthetic.SyntheticAdaptation;
import dev.tern.study.synthetic.SyntheticLinears;
import dev.tern.study.synthetic.SyntheticNetwork;
import java.util.ArrayList;
import java.util.List;

/**
 * LoRA adapters on every linear of a model: a decoding step of some sequences that have a few different ones.
 *
 * @param ranks of the adapters
 * @param adapters different ones among the sequences; the base alone is always measured
 * @param sequences that decode together
 */
public record AdapterSuite(
    String name,
    LayerShape shape,
    int layers,
    int hidden,
    String weights,
    List<Integer> ranks,
    List<Integer> adapters,
    List<Integer> sequences)
    implements Suite {
  private static final String SUITE = "adapters";
  private static final int DEPTH = 16;
  private static final double STEP_SECONDS = 0.05;

  public AdapterSuite {
    name = Lists.or(name, SUITE);
    shape = shape == null ? new LayerShape(1024, 16, 4, 64) : shape;
    layers = Lists.or(layers, 8);
    hidden = Lists.or(hidden, 3 * shape.width());
    weights = Lists.or(weights, "q4_0");
    ranks = Lists.counts("ranks", ranks, List.of(8, 64));
    adapters = Lists.counts("adapters", adapters, List.of(1, 8));
    sequences = Lists.counts("sequences", sequences, List.of(1, 8));
  }

  @Override
  public List<AdapterSuite> parts() {
    return List.of(this);
  }

  @Override
  public String label() {
    return "ranks " + ranks;
  }

  @Override
  public double expectedSeconds() {
    return 8 + 1.2 * sequences.size() * (1 + ranks.size() * adapters.size());
  }

  @Override
  public void measure(Lab lab) {
    SyntheticNetwork.Plan plan = new SyntheticNetwork.Plan(shape, List.of("attention"), layers, hidden, 4096, 0, 0);
    try (ModelUnderTest model = ModelUnderTest.synthetic(plan, weights, 1024, lab)) {
      for (int count : sequences) {
        measure(lab, model, count, 0, List.of(), 0);
      }
      for (int rank : ranks) {
        withAdapters(lab, plan, model, rank);
      }
    }
  }

  private void withAdapters(Lab lab, SyntheticNetwork.Plan plan, ModelUnderTest model, int rank) {
    try (SyntheticLinears linears = new SyntheticLinears(Lists.type("bf16"), plan.largest())) {
      List<WeightedAdapter> loaded = new ArrayList<>();
      for (int i = 0; i < adapters.getLast(); i++) {
        loaded.add(new WeightedAdapter(new SyntheticAdaptation(model.engine().network(), rank, linears), 1));
      }
      double bytesEach = (double) linears.bytes() / loaded.size();
      for (int count : sequences) {
        for (int different : adapters.stream().filter(different -> different <= count).toList()) {
          measure(lab, model, count, rank, loaded.subList(0, different), bytesEach);
        }
      }
    }
  }

  private void measure(
      Lab lab, ModelUnderTest model, int count, int rank, List<WeightedAdapter> adapters, double bytesEach) {
    List<Sequence> texts = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        Sequence text = model.engine().sequence(new StateOptions(KvType.F16));
        texts.add(text);
        model.engine().adapt(text, adapters.isEmpty() ? List.of() : List.of(adapters.get(i % adapters.size())));
        steps.add(new Step(text, new float[model.engine().network().vocabulary()]));
      }
      double[] seconds =
          lab.sample(() -> Lab.perStep(() -> step(model, texts, steps), STEP_SECONDS), adapters.size() < 2);
      report(lab, model, new Setting(count, rank, adapters.size(), bytesEach), seconds);
    } finally {
      texts.forEach(Sequence::close);
    }
  }

  private record Setting(int sequences, int rank, int adapters, double bytesEach) {}

  private static void step(ModelUnderTest model, List<Sequence> texts, List<Step> steps) {
    for (int i = 0; i < steps.size(); i++) {
      texts.get(i).truncate(Math.min(texts.get(i).length(), DEPTH));
      steps.get(i).token(100 + i);
    }
    model.engine().decode(steps);
  }

  private void report(Lab lab, ModelUnderTest model, Setting setting, double[] seconds) {
    Throughput.Case what = new Throughput.Case(0, 1, DEPTH, setting.sequences);
    List<Work> work = new ArrayList<>(NetworkWork.of(model.engine().network(), what, KvType.F16).parts());
    if (setting.adapters > 0) {
      // Two bytes hold a value, which is multiplied and added once per sequence.
      work.add(new Work(setting.adapters * setting.bytesEach, setting.sequences * setting.bytesEach));
    }
    lab.point(SUITE, setting.adapters == 0 ? "base" : "rank " + setting.rank, "decode")
        .at("rank", setting.rank)
        .at("adapters", setting.adapters)
        .at("sequences", setting.sequences)
        .work(work)
        .seconds(seconds);
  }
}

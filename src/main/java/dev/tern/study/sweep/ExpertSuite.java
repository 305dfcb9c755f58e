package dev.tern.study.sweep;

import dev.tern.evaluate.MixerWork;
import dev.tern.evaluate.Work;
import dev.tern.kernel.KvType;
import dev.tern.layer.Linear;
import dev.tern.layer.MixtureOfExperts;
import dev.tern.layer.Pass;
import dev.tern.layer.State;
import dev.tern.study.synthetic.SyntheticExperts;
import dev.tern.study.synthetic.SyntheticLinears;
import dev.tern.tensor.Activations;
import java.util.Arrays;
import java.util.List;

/**
 * Layers of experts: one token of each of {@code batch} sequences.
 *
 * @param hidden width of an expert
 * @param experts in all
 * @param active of them per token
 * @param batch tokens at once
 * @param skew of the routing: 0 for none
 */
public record ExpertSuite(
    String name,
    int width,
    int hidden,
    List<Integer> experts,
    List<Integer> active,
    List<Integer> batch,
    List<Double> skew,
    String weights)
    implements Suite {
  private static final String SUITE = "experts";

  /** Different rows, so that steps choose different experts. */
  private static final int VARIETY = 32;

  private static final double STEP_SECONDS = 0.03;

  public ExpertSuite {
    name = Lists.or(name, SUITE);
    width = Lists.or(width, 1024);
    hidden = Lists.or(hidden, 512);
    experts = Lists.counts("experts", experts, List.of(8, 64));
    active = Lists.counts("active", active, List.of(1, 4));
    batch = Lists.counts("batch", batch, List.of(1, 16));
    skew = Lists.or(skew, List.of(0.0));
    weights = Lists.or(weights, "q4_0");
  }

  @Override
  public List<ExpertSuite> parts() {
    return List.of(this);
  }

  @Override
  public String label() {
    return experts + " experts";
  }

  @Override
  public double expectedSeconds() {
    return 5 + 0.9 * experts.size() * active.size() * batch.size() * skew.size();
  }

  @Override
  public void measure(Lab lab) {
    for (int count : experts) {
      long largest = (long) Math.max(count, Math.max(hidden, width)) * Math.max(hidden, width);
      try (SyntheticLinears linears = new SyntheticLinears(Lists.type(weights), largest)) {
        var all = SyntheticExperts.experts(linears, count, width, hidden);
        Linear logits = linears.linear(count, width);
        for (int chosen : active.stream().filter(chosen -> chosen <= count).toList()) {
          for (double bias : skew) {
            batch.forEach(tokens -> measure(lab, all, logits, new Setting(chosen, bias, tokens)));
          }
        }
      }
    }
  }

  private record Setting(int active, double skew, int tokens) {}

  private void measure(Lab lab, MixtureOfExperts.Experts all, Linear logits, Setting setting) {
    MixtureOfExperts moe = SyntheticExperts.routed(all, logits, setting.active, setting.skew);
    Pass pass = new Pass(lab.kernels());
    pass.batch().start(true);
    for (int i = 0; i < setting.tokens; i++) {
      pass.batch().add(new State[0], List.of(), 0, new int[1], 0, 1);
    }
    Activations rows = RandomRows.of(setting.tokens * VARIETY, width);
    Activations in = Activations.of(setting.tokens, width);
    Activations out = new Activations();
    int[] turn = new int[1];
    Runnable step =
        () -> {
          int from = turn[0]++ % VARIETY * setting.tokens * width;
          System.arraycopy(rows.data(), from, in.data(), 0, setting.tokens * width);
          pass.next();
          moe.mix(pass, in, out);
        };
    double[] seconds = lab.sample(() -> Lab.perStep(step, STEP_SECONDS), setting.active == active.getFirst());
    report(lab, moe, setting, seconds);
  }

  private void report(Lab lab, MixtureOfExperts moe, Setting setting, double[] seconds) {
    double[] chosen = Arrays.stream(moe.chosen()).asDoubleStream().toArray();
    double all = Arrays.stream(chosen).sum();
    double touched =
        Arrays.stream(chosen).map(count -> 1 - Math.pow(1 - setting.active * count / all, setting.tokens)).sum();
    int count = chosen.length;
    long expertBytes =
        moe.experts().up()[0].weights().bytes()
            + moe.experts().gate()[0].weights().bytes()
            + moe.experts().down()[0].weights().bytes();
    MixerWork uniform = MixerWork.of(moe, new MixerWork.Tokens(setting.tokens, 1, 0, KvType.F16));
    double router = moe.router().logits().weights().bytes();
    Work work = new Work(touched * expertBytes + router, uniform.matrices().flops());
    lab.point(SUITE, count + " experts", "decode")
        .at("experts", count)
        .at("active", setting.active)
        .at("batch", setting.tokens)
        .at("skew", setting.skew)
        .value("touched", touched)
        .value("imbalance", Arrays.stream(chosen).max().orElse(0) * count / all)
        .value("totalParameters", 3.0 * count * width * hidden)
        .value("activeParameters", 3.0 * setting.active * width * hidden)
        .work(List.of(work))
        .seconds(seconds);
  }
}

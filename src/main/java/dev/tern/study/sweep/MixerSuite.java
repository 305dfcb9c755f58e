package dev.tern.study.sweep;

import dev.tern.evaluate.MixerWork;
import dev.tern.evaluate.Work;
import dev.tern.study.synthetic.LayerShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Token mixers alone, with their projections.
 *
 * @param kinds names of {@code SyntheticMixers}
 * @param weights type of the projections
 * @param cache formats of keys and values
 * @param batch sequences at once
 * @param prefill contexts up to which a prompt is read
 * @param decode contexts at which a token is decoded
 * @param layers mixers that a decoding step goes through in turn, so that neither weights nor states stay in a cache
 */
public record MixerSuite(
    String name,
    List<String> kinds,
    LayerShape shape,
    String weights,
    List<String> cache,
    List<Integer> batch,
    List<Integer> prefill,
    List<Integer> decode,
    int layers)
    implements Suite {
  /** Tokens that the engine reads at once. */
  private static final int CHUNK = 512;

  /** Least time of an iteration of decoding. */
  private static final double STEP_SECONDS = 0.05;

  /** States that take turns are more than caches hold. */
  private static final long COLD_BYTES = 96L << 20;

  private static final String SUITE = "mixers";

  public MixerSuite {
    name = Lists.or(name, SUITE);
    kinds = Lists.or(kinds, List.of("attention"));
    shape = shape == null ? new LayerShape(512, 8, 2, 64) : shape;
    weights = Lists.or(weights, "q4_0");
    cache = Lists.or(cache, List.of("f16"));
    batch = Lists.counts("batch", batch, List.of(1));
    prefill = Lists.counts("prefill", prefill, List.of());
    decode = Lists.counts("decode", decode, List.of());
    layers = Lists.or(layers, 8);
  }

  @Override
  public List<MixerSuite> parts() {
    return kinds.stream()
        .map(kind -> new MixerSuite(name, List.of(kind), shape, weights, cache, batch, prefill, decode, layers))
        .toList();
  }

  @Override
  public String label() {
    return String.join(", ", kinds);
  }

  @Override
  public double expectedSeconds() {
    boolean quadratic = kinds.contains("attention") || kinds.contains("latent-attention");
    return 5 + cache.size() * batch.size() * ((prefill.isEmpty() ? 0 : quadratic ? 18 : 5) + 0.6 * decode.size());
  }

  @Override
  public void measure(Lab lab) {
    for (String kind : kinds) {
      for (String format : cache) {
        for (int sequences : batch) {
          if (!prefill.isEmpty()) {
            prefill(lab, plan(kind, format, 1, sequences));
          }
          if (!decode.isEmpty()) {
            decode(lab, plan(kind, format, layers, sequences));
          }
        }
      }
    }
  }

  private MixerRig.Plan plan(String kind, String format, int layers, int sequences) {
    return new MixerRig.Plan(shape, kind, Lists.type(weights), Lists.cache(format), layers, sequences);
  }

  private Point point(Lab lab, MixerRig.Plan plan, String phase, int context) {
    String series = cache.size() == 1 ? plan.kind() : plan.kind() + " " + plan.cache();
    return lab.point(SUITE, series, phase)
        .at("context", context)
        .at("batch", plan.sequences())
        .value("cacheBytes", plan.cache().bytes())
        .value("heads", shape.heads())
        .value("kvHeads", shape.kvHeads())
        .value("headWidth", shape.headWidth());
  }

  /** One pass over the longest context gives the time up to all of them. */
  private void prefill(Lab lab, MixerRig.Plan plan) {
    try (MixerRig rig = new MixerRig(plan, lab.kernels())) {
      int last = prefill.getLast();
      lab.warmUp(() -> readUpTo(rig, List.of(Math.min(last, 4 * CHUNK)))[0]);
      List<double[]> runs = lab.iterate(() -> readUpTo(rig, prefill));
      for (int i = 0; i < prefill.size(); i++) {
        int at = i;
        point(lab, plan, "prefill", prefill.get(i))
            .work(workUpTo(rig, prefill.get(i)).stream().flatMap(pass -> pass.both().stream()).toList())
            .parts(workUpTo(rig, prefill.get(i)).stream().reduce(MixerWork.NONE, MixerWork::plus))
            .value("stateBytes", rig.sequences().getFirst()[0].bytesAt(prefill.get(i)))
            .seconds(runs.stream().mapToDouble(run -> run[at]).toArray());
      }
    }
  }

  private static double[] readUpTo(MixerRig rig, List<Integer> contexts) {
    rig.restart();
    double[] seconds = new double[contexts.size()];
    long start = System.nanoTime();
    for (int i = 0; i < seconds.length; i++) {
      while (rig.length() < contexts.get(i)) {
        rig.run(Math.min(CHUNK, contexts.get(i) - rig.length()), false);
      }
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    return seconds;
  }

  private static List<MixerWork> workUpTo(MixerRig rig, int context) {
    List<MixerWork> passes = new ArrayList<>();
    for (int position = 0; position < context; position += CHUNK) {
      passes.add(rig.work(Math.min(CHUNK, context - position), position));
    }
    return passes;
  }

  private void decode(Lab lab, MixerRig.Plan plan) {
    try (MixerRig rig = new MixerRig(plan, lab.kernels())) {
      for (int context : decode) {
        rig.fill(context);
        double[] whole =
            lab.sample(
                () -> {
                  rig.truncate(context);
                  return Lab.perStep(() -> rig.run(1, true), STEP_SECONDS) / layers;
                },
                context == decode.getFirst());
        point(lab, plan, "decode", context)
            .work(rig.work(1, context))
            .value("stateBytes", rig.stateBytes())
            .seconds(whole);
        StateStep.of(rig, lab.kernels(), COLD_BYTES).ifPresent(step -> state(lab, plan, rig, step, context));
      }
    }
  }

  private void state(Lab lab, MixerRig.Plan plan, MixerRig rig, StateStep step, int context) {
    double[] seconds =
        lab.sample(
            () -> {
              rig.truncate(context);
              return Lab.perStep(step::run, STEP_SECONDS) / layers;
            },
            context == decode.getFirst());
    rig.truncate(context);
    point(lab, plan, "state", context)
        .work(new MixerWork(Work.NONE, rig.work(1, context).state()))
        .value("stateBytes", rig.stateBytes())
        .seconds(seconds);
  }
}

package dev.tern.study.sweep;

import dev.tern.study.synthetic.LayerShape;
import dev.tern.study.synthetic.SyntheticNetwork;
import java.util.ArrayList;
import java.util.List;

/**
 * Whole models: of random weights in a shape described here, or a file.
 *
 * @param model a file, a directory, {@code synthetic:SHAPE:TYPE} or {@code shipped}; null for a shape
 * @param mixers of the layers, repeated
 * @param experts of each layer; 0 for dense feed-forwards
 * @param weights types; only for a shape
 * @param attention policies laid over a file's attention
 * @param cache formats of keys and values
 * @param batch sequences that decode together
 * @param contexts at which time and memory are taken
 */
public record ModelSuite(
    String name,
    String model,
    List<String> mixers,
    LayerShape shape,
    int layers,
    int hidden,
    int vocabulary,
    int experts,
    int active,
    List<String> weights,
    List<String> attention,
    List<String> cache,
    List<Integer> batch,
    List<Integer> contexts)
    implements Suite {
  static final String SUITE = "models";

  public ModelSuite {
    name = Lists.or(name, model == null ? "model" : model);
    mixers = Lists.or(mixers, List.of("attention"));
    shape = shape == null ? new LayerShape(512, 8, 2, 64) : shape;
    layers = Lists.or(layers, 8);
    hidden = Lists.or(hidden, 3 * shape.width());
    vocabulary = Lists.or(vocabulary, 8192);
    active = Lists.or(active, 2);
    weights = Lists.or(weights, List.of("q4_0"));
    attention = Lists.or(attention, List.of("full"));
    cache = Lists.or(cache, List.of("f16"));
    batch = Lists.counts("batch", batch, List.of(1));
    contexts = Lists.counts("contexts", contexts, List.of(256, 1024));
  }

  /** One part for each model that has to be built. */
  @Override
  public List<ModelSuite> parts() {
    List<ModelSuite> parts = new ArrayList<>();
    if (model == null) {
      weights.forEach(type -> parts.add(with(List.of(type), attention)));
    } else {
      attention.forEach(policy -> parts.add(with(weights, List.of(policy))));
    }
    return parts;
  }

  /** The same of another file. */
  ModelSuite withModel(String model) {
    return with(model, weights, attention);
  }

  private ModelSuite with(List<String> weights, List<String> attention) {
    return with(model, weights, attention);
  }

  private ModelSuite with(String model, List<String> weights, List<String> attention) {
    return new ModelSuite(
        name,
        model,
        mixers,
        shape,
        layers,
        hidden,
        vocabulary,
        experts,
        active,
        weights,
        attention,
        cache,
        batch,
        contexts);
  }

  SyntheticNetwork.Plan plan() {
    return new SyntheticNetwork.Plan(shape, mixers, layers, hidden, vocabulary, experts, active);
  }

  @Override
  public String label() {
    String policy = attention.equals(List.of("full")) ? "" : " " + String.join(", ", attention);
    return name + (model == null ? " " + String.join(", ", weights) : "") + policy;
  }

  @Override
  public double expectedSeconds() {
    double parameters = layers * (4.0 * shape.width() * shape.inner() + 3.0 * shape.width() * hidden);
    double pass = contexts.getLast() * 2 * parameters / 60e9;
    return 5 + cache.size() * batch.size() * 5 * pass;
  }

  @Override
  public void measure(Lab lab) {
    for (String format : cache) {
      for (int sequences : batch) {
        try (ModelUnderTest built = ModelUnderTest.of(this, lab)) {
          new ModelExperiment(this, lab, built, Lists.cache(format), sequences).run();
        }
      }
    }
  }
}

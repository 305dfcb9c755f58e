package dev.tern.study.sweep;

import java.util.List;

/**
 * What cheaper weights and shorter looks back cost in quality: the divergence from the same model as it is in its file,
 * along texts that this one writes.
 *
 * @param model a file or a directory, or {@code shipped}
 * @param types of {@code tern quantize} that the weights are rounded to
 * @param attention policies
 * @param tokens compared
 * @param window tokens of each text
 */
public record QualitySuite(
    String name, String model, List<String> types, List<String> attention, int tokens, int window) implements Suite {
  static final String SUITE = "quality";

  public QualitySuite {
    name = Lists.or(name, SUITE);
    model = Lists.or(model, StudyFile.SHIPPED);
    types = types == null ? List.of() : List.copyOf(types);
    attention = attention == null ? List.of() : List.copyOf(attention);
    tokens = Lists.or(tokens, 1536);
    window = Lists.or(window, 384);
  }

  /** The same of another file. */
  QualitySuite withModel(String model) {
    return new QualitySuite(name, model, types, attention, tokens, window);
  }

  @Override
  public List<QualitySuite> parts() {
    return List.of(this);
  }

  @Override
  public String label() {
    return String.join(", ", types)
        + (types.isEmpty() || attention.isEmpty() ? "" : "; ")
        + String.join(", ", attention);
  }

  @Override
  public double expectedSeconds() {
    return 8 + 4.0 * (1 + types.size() + attention.size());
  }

  @Override
  public void measure(Lab lab) {
    new QualityExperiment(this, lab).run();
  }
}

package dev.tern.study.sweep;

import dev.tern.architecture.BuildOptions;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.convert.QuantizationOptions;
import dev.tern.convert.QuantizedCheckpoint;
import dev.tern.convert.Scheme;
import dev.tern.engine.Engine;
import dev.tern.engine.Sequence;
import dev.tern.engine.Step;
import dev.tern.error.TernException;
import dev.tern.evaluate.Benchmarking;
import dev.tern.evaluate.Divergence;
import dev.tern.evaluate.NetworkWork;
import dev.tern.evaluate.Statistics;
import dev.tern.evaluate.Throughput;
import dev.tern.evaluate.Windows;
import dev.tern.kernel.AttentionPolicy;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Measures variants of a model against the model as it is. */
final class QualityExperiment {
  private static final int DECODED = 16;
  private static final StateOptions STATES = new StateOptions(KvType.F16);

  private final QualitySuite suite;
  private final Lab lab;
  private ModelUnderTest reference;
  private int[] text;

  QualityExperiment(QualitySuite suite, Lab lab) {
    this.suite = suite;
    this.lab = lab;
  }

  void run() {
    try (ModelUnderTest whole = load(null, "full")) {
      reference = whole;
      text = sample(whole.engine());
      measure(whole, "as in the file", "reference");
      for (String type : suite.types()) {
        try (ModelUnderTest variant = load(type, "full")) {
          measure(variant, type, "weights");
        }
      }
      for (String policy : suite.attention()) {
        try (ModelUnderTest variant = load(null, policy)) {
          measure(variant, policy, "attention");
        }
      }
    }
  }

  private ModelUnderTest load(String type, String attention) {
    BuildOptions build = new BuildOptions(AttentionPolicy.parse(attention), 0);
    Checkpoint file = Benchmarking.open(suite.model());
    try (Checkpoint checkpoint =
        type == null ? file : new QuantizedCheckpoint(file, QuantizationOptions.of(scheme(type)))) {
      return ModelUnderTest.loaded(checkpoint, build, lab);
    }
  }

  private static Scheme scheme(String name) {
    try {
      return Scheme.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new TernException(
          "quality: types: expected one of %s, found '%s'".formatted(List.of(Scheme.values()), name), e);
    }
  }

  /** Texts that the model writes, so that no text has to be chosen: windows that each begin with a random token. */
  private int[] sample(Engine engine) {
    SplittableRandom random = new SplittableRandom(17);
    int[] ids = new int[suite.tokens()];
    for (int from = 0; from < ids.length; from += suite.window()) {
      int to = Math.min(ids.length, from + suite.window());
      try (Sequence sequence = engine.sequence(STATES)) {
        Step step = new Step(sequence, new float[engine.network().vocabulary()]);
        ids[from] = random.nextInt(engine.network().vocabulary());
        for (int i = from + 1; i < to; i++) {
          engine.decode(step.token(ids[i - 1]));
          ids[i] = draw(step.logits(), random.nextDouble());
        }
      }
    }
    return ids;
  }

  private static int draw(float[] logits, double share) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    double left = share * sum;
    int last = logits.length - 1;
    for (int i = 0; i < last; i++) {
      left -= Math.exp(logits[i] - largest);
      if (left <= 0) {
        return i;
      }
    }
    return last;
  }

  private void measure(ModelUnderTest model, String series, String phase) {
    Divergence divergence =
        Divergence.of(
            new Divergence.Side(model.engine(), STATES),
            new Divergence.Side(reference.engine(), STATES),
            text,
            Windows.disjoint(suite.window()));
    double[] kl = divergence.divergence();
    try (Sequence sequence = model.engine().sequence(STATES)) {
      int depth = Math.min(suite.window(), text.length) - DECODED;
      model.engine().prefill(sequence, Arrays.copyOf(text, depth), false, null, Engine.Go.ALWAYS);
      double[] seconds = lab.sample(() -> decode(model, sequence), true);
      Throughput.Case what = new Throughput.Case(0, 1, depth, 1);
      lab.point(QualitySuite.SUITE, series, phase)
          .at("context", depth)
          .work(NetworkWork.of(model.engine().network(), what, KvType.F16).parts())
          .value("weightBytes", model.weightBytes())
          .value("bitsPerWeight", 8.0 * model.weightBytes() / model.parameters())
          .value("kl", Statistics.mean(kl))
          .value("klError", Statistics.deviation(kl) / Math.sqrt(kl.length))
          .value("agreement", Statistics.mean(divergence.agreement()))
          .value("stateBytes", sequence.bytes())
          .seconds(seconds);
    }
  }

  private static double decode(ModelUnderTest model, Sequence sequence) {
    try (Sequence copy = sequence.copy()) {
      Step step = new Step(copy, new float[model.engine().network().vocabulary()]);
      return Lab.seconds(
              () -> {
                for (int i = 0; i < DECODED; i++) {
                  model.engine().decode(step.token(100 + i));
                }
              })
          / DECODED;
    }
  }
}

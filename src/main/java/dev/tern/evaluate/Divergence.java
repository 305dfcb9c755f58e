package dev.tern.evaluate;

import dev.tern.engine.Engine;
import dev.tern.error.TernException;
import dev.tern.layer.StateOptions;
import java.util.Arrays;

/**
 * How the predictions of one model differ from those of a reference along a text, position by position.
 *
 * @param divergence Kullback–Leibler divergence of the model from the reference in nats: Σ p·(ln p − ln q), p the
 *     reference's
 * @param agreement 1 where both have the same likeliest token, else 0
 * @param difference of the probability that the model gives to the text's next token, less the reference's
 * @param nats negative log probability that the model gives to it
 * @param referenceNats negative log probability that the reference gives to it
 */
public record Divergence(
    double[] divergence, double[] agreement, double[] difference, double[] nats, double[] referenceNats) {

  /** One side of a comparison. */
  public record Side(Engine engine, StateOptions options) {}

  /** Compares along a text. */
  public static Divergence of(Side model, Side reference, int[] ids, Windows windows) {
    int vocabulary = model.engine.network().vocabulary();
    if (vocabulary != reference.engine.network().vocabulary()) {
      throw new TernException(
          "the models have vocabularies of %d and %d entries: expected the same"
              .formatted(vocabulary, reference.engine.network().vocabulary()));
    }
    Collector collector = new Collector(ids);
    for (Windows.Window window : windows.over(ids.length)) {
      try (Scorer ours = new Scorer(model.engine, model.options);
          Scorer theirs = new Scorer(reference.engine, reference.options)) {
        for (int from = window.from(); from < window.to() - 1; from += Scorer.STEP) {
          int to = Math.min(window.to() - 1, from + Scorer.STEP);
          float[][] q = ours.next(ids, from, to);
          float[][] p = theirs.next(ids, from, to);
          for (int token = Math.max(from + 1, window.scoreFrom()); token <= to; token++) {
            collector.add(p[token - 1 - from], q[token - 1 - from], token);
          }
        }
      }
    }
    return collector.result();
  }

  private static final class Collector {
    private final int[] ids;
    private final Divergence values;
    private int count;

    Collector(int[] ids) {
      this.ids = ids;
      int n = ids.length;
      values = new Divergence(new double[n], new double[n], new double[n], new double[n], new double[n]);
    }

    void add(float[] p, float[] q, int token) {
      double sum = 0;
      int bestP = 0;
      int bestQ = 0;
      for (int i = 0; i < p.length; i++) {
        double probability = Math.exp(p[i]);
        sum += probability > 0 ? probability * (p[i] - q[i]) : 0;
        bestP = p[i] > p[bestP] ? i : bestP;
        bestQ = q[i] > q[bestQ] ? i : bestQ;
      }
      values.divergence[count] = sum;
      values.agreement[count] = bestP == bestQ ? 1 : 0;
      values.difference[count] = Math.exp(q[ids[token]]) - Math.exp(p[ids[token]]);
      values.nats[count] = -q[ids[token]];
      values.referenceNats[count] = -p[ids[token]];
      count++;
    }

    Divergence result() {
      return new Divergence(
          Arrays.copyOf(values.divergence, count),
          Arrays.copyOf(values.agreement, count),
          Arrays.copyOf(values.difference, count),
          Arrays.copyOf(values.nats, count),
          Arrays.copyOf(values.referenceNats, count));
    }
  }

  /** A quantile of {@link #difference}. */
  public double differenceQuantile(double q) {
    double[] sorted = difference.clone();
    Arrays.sort(sorted);
    double at = q * (sorted.length - 1);
    int low = (int) Math.floor(at);
    int high = Math.min(sorted.length - 1, low + 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  }
}

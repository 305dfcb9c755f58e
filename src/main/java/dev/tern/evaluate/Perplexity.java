package dev.tern.evaluate;

import dev.tern.engine.Engine;
import dev.tern.layer.StateOptions;

/**
 * How well a model predicts a text.
 *
 * @param nats negative log probability of each scored token
 */
public record Perplexity(double[] nats) {
  /** Scores a text. */
  public static Perplexity of(Engine engine, StateOptions options, int[] ids, Windows windows) {
    double[] nats = new double[ids.length - 1];
    int count = 0;
    for (Windows.Window window : windows.over(ids.length)) {
      try (Scorer scorer = new Scorer(engine, options)) {
        for (int from = window.from(); from < window.to() - 1; from += Scorer.STEP) {
          int to = Math.min(window.to() - 1, from + Scorer.STEP);
          float[][] rows = scorer.next(ids, from, to);
          for (int token = Math.max(from + 1, window.scoreFrom()); token <= to; token++) {
            nats[count++] = -rows[token - 1 - from][ids[token]];
          }
        }
      }
    }
    return new Perplexity(java.util.Arrays.copyOf(nats, count));
  }

  /** Mean nats per token. */
  public double mean() {
    return Statistics.mean(nats);
  }

  /** Standard error of {@link #mean}, as if tokens were independent. */
  public double error() {
    return Statistics.deviation(nats) / Math.sqrt(nats.length);
  }

  /** exp of the mean. */
  public double value() {
    return Math.exp(mean());
  }
}

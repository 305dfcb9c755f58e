package dev.tern.sampling;

import java.util.Arrays;

/** The tokens seen so far and how often each occurs among the last {@code window}. */
final class History {
  private final int window;
  private final int[] counts;
  private int[] tokens = new int[64];
  private int length;

  History(int window, int vocabulary) {
    this.window = window;
    counts = new int[vocabulary];
  }

  void add(int token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
    }
    tokens[length++] = token;
    counts[token]++;
    if (window > 0 && length > window) {
      counts[tokens[length - 1 - window]]--;
    }
  }

  /** Changes the logits of the tokens in the window. */
  void penalise(float[] logits, SamplingOptions.Penalties penalties) {
    int from = window == 0 ? 0 : Math.max(0, length - window);
    for (int i = from; i < length; i++) {
      int token = tokens[i];
      int count = counts[token];
      if (count > 0) {
        float logit = logits[token];
        logit = logit > 0 ? logit / penalties.repetition() : logit * penalties.repetition();
        logits[token] = logit - count * penalties.frequency() - penalties.presence();
        counts[token] = -count;
      }
    }
    for (int i = from; i < length; i++) {
      counts[tokens[i]] = Math.abs(counts[tokens[i]]);
    }
  }
}

package dev.tern.evaluate;

import dev.tern.engine.Engine;
import dev.tern.engine.Sequence;
import dev.tern.layer.StateOptions;
import java.util.Arrays;

/** Log probabilities of the next token along a text, a few positions at a time. */
final class Scorer implements AutoCloseable {
  /** Positions whose distributions are held at once. */
  static final int STEP = 64;

  private final Engine engine;
  private final Sequence sequence;
  private final float[][] logProbabilities;

  Scorer(Engine engine, StateOptions options) {
    this.engine = engine;
    sequence = engine.sequence(options);
    logProbabilities = new float[STEP][engine.network().vocabulary()];
  }

  /**
   * Runs tokens {@code from … to}, at most {@link #STEP}, and returns the log probabilities after each: a row per
   * token, good until the next call.
   */
  float[][] next(int[] ids, int from, int to) {
    int start = sequence.length();
    engine.prefill(
        sequence,
        Arrays.copyOfRange(ids, from, to),
        true,
        (position, values, at) -> logSoftmax(values, at, logProbabilities[position - start]),
        Engine.Go.ALWAYS);
    return logProbabilities;
  }

  static void logSoftmax(float[] logits, int at, float[] out) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < out.length; i++) {
      max = Math.max(max, logits[at + i]);
    }
    double sum = 0;
    for (int i = 0; i < out.length; i++) {
      sum += Math.exp(logits[at + i] - max);
    }
    double shift = max + Math.log(sum);
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (logits[at + i] - shift);
    }
  }

  @Override
  public void close() {
    sequence.close();
  }
}

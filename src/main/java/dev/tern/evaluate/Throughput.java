package dev.tern.evaluate;

import dev.tern.engine.Engine;
import dev.tern.engine.Sequence;
import dev.tern.engine.Step;
import dev.tern.error.TernException;
import dev.tern.layer.StateOptions;
import java.util.SplittableRandom;

/**
 * Speed of a model with random tokens. A case is repeated after a warm-up that goes on until two runs in a row differ
 * by less than a tenth, or a limit is met: nothing is measured while code is still being compiled.
 */
public final class Throughput {
  private static final int MOST_WARM_UPS = 12;
  private static final double SETTLED = 0.1;

  private final Engine engine;
  private final StateOptions options;
  private final SplittableRandom random = new SplittableRandom(1);

  public Throughput(Engine engine, StateOptions options) {
    this.engine = engine;
    this.options = options;
  }

  /**
   * What is measured.
   *
   * @param prompt tokens run together; or 0
   * @param generated tokens run one by one after that; or 0
   * @param depth tokens already in the context before
   */
  public record Case(int prompt, int generated, int depth) {}

  /** Seconds of each repetition. */
  public double[] measure(Case what, int repetitions) {
    int length = what.depth + what.prompt + what.generated;
    if (length > engine.contextLength()) {
      throw new TernException(
          "%d tokens at depth %d: expected at most the context of %d"
              .formatted(what.prompt + what.generated, what.depth, engine.contextLength()));
    }
    try (Sequence deep = engine.sequence(options)) {
      engine.prefill(deep, randomIds(what.depth), false, null, Engine.Go.ALWAYS);
      warmUp(deep, what);
      double[] seconds = new double[repetitions];
      for (int i = 0; i < repetitions; i++) {
        seconds[i] = run(deep, what);
      }
      return seconds;
    }
  }

  private void warmUp(Sequence deep, Case what) {
    double before = run(deep, what);
    for (int i = 1; i < MOST_WARM_UPS; i++) {
      double seconds = run(deep, what);
      if (Math.abs(seconds - before) < SETTLED * before) {
        return;
      }
      before = seconds;
    }
  }

  private double run(Sequence deep, Case what) {
    try (Sequence sequence = deep.copy()) {
      int[] prompt = randomIds(what.prompt);
      Step step = new Step(sequence, new float[engine.network().vocabulary()]);
      long before = System.nanoTime();
      if (prompt.length > 0) {
        engine.prefill(sequence, prompt, false, (position, values, at) -> {}, Engine.Go.ALWAYS);
      }
      for (int i = 0; i < what.generated; i++) {
        engine.decode(step.token(random.nextInt(engine.network().vocabulary())));
      }
      return (System.nanoTime() - before) / 1e9;
    }
  }

  private int[] randomIds(int count) {
    return random.ints(count, 0, engine.network().vocabulary()).toArray();
  }
}

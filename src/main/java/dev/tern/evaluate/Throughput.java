package dev.tern.evaluate;

import dev.tern.engine.Engine;
import dev.tern.engine.Sequence;
import dev.tern.engine.Step;
import dev.tern.error.TernException;
import dev.tern.layer.StateOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/** Speed of a model with random tokens; nothing is measured before the warm-up has settled. */
public final class Throughput {
  /** Longest time of a token that is told apart, and digits that are kept. */
  private static final long LONGEST_NANOS = 3_600_000_000_000L;

  private static final int DIGITS = 3;

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
   * @param prompt tokens of each sequence run together; or 0
   * @param generated tokens of each sequence run one by one after that; or 0
   * @param depth tokens already in the context before
   * @param sequences at once
   */
  public record Case(int prompt, int generated, int depth, int sequences) {
    /** Tokens that are processed while the time is taken. */
    public int tokens() {
      return sequences * (prompt + generated);
    }
  }

  /**
   * What was measured.
   *
   * @param seconds of each repetition
   * @param firstTokens seconds of each repetition until the first sequence had its next token
   * @param tokenNanos times of all steps that gave each sequence a token; empty without them
   * @param settled whether times had stopped falling before
   */
  public record Timings(double[] seconds, double[] firstTokens, Histogram tokenNanos, boolean settled) {}

  /**
   * Measures a case.
   *
   * @param between run before the first repetition and after each
   * @param go asked between runs
   * @return nothing if {@code go} ended it
   */
  public Optional<Timings> measure(Case what, int repetitions, Runnable between, Engine.Go go) {
    long length = (long) what.depth + what.prompt + what.generated;
    if (length > engine.contextLength()) {
      throw new TernException(
          "%d tokens at depth %d: expected at most the context of %d"
              .formatted(what.prompt + what.generated, what.depth, engine.contextLength()));
    }
    Run run = new Run(what, go);
    try {
      run.fill();
      boolean settled = WarmUp.DEFAULT.settle(() -> run.once(null).seconds, go::on);
      Histogram tokens = new Histogram(LONGEST_NANOS, DIGITS);
      double[] seconds = new double[repetitions];
      double[] firstTokens = new double[repetitions];
      between.run();
      for (int i = 0; i < repetitions && go.on(); i++) {
        Times times = run.once(tokens);
        seconds[i] = times.seconds;
        firstTokens[i] = times.firstToken;
        between.run();
      }
      return go.on() ? Optional.of(new Timings(seconds, firstTokens, tokens, settled)) : Optional.empty();
    } finally {
      run.deep.forEach(Sequence::close);
    }
  }

  private record Times(double seconds, double firstToken) {}

  /** The sequences of a case, which every repetition copies. */
  private final class Run {
    private final Case what;
    private final Engine.Go go;
    private final List<Sequence> deep = new ArrayList<>();
    private final int vocabulary = engine.network().vocabulary();

    Run(Case what, Engine.Go go) {
      this.what = what;
      this.go = go;
    }

    /** Each has a context of its own: shared pages would stay in the cache. */
    void fill() {
      for (int i = 0; i < what.sequences; i++) {
        deep.add(engine.sequence(options));
        engine.prefill(deep.getLast(), randomIds(what.depth), false, null, go);
      }
    }

    Times once(Histogram tokens) {
      List<Step> steps = new ArrayList<>();
      List<Sequence> copies = new ArrayList<>();
      try {
        for (Sequence sequence : deep) {
          copies.add(sequence.copy());
          steps.add(new Step(copies.getLast(), new float[vocabulary]));
        }
        return timed(copies, steps, tokens);
      } finally {
        copies.forEach(Sequence::close);
      }
    }

    private Times timed(List<Sequence> sequences, List<Step> steps, Histogram tokens) {
      int[] prompt = randomIds(what.prompt);
      long start = System.nanoTime();
      long first = 0;
      for (int i = 0; prompt.length > 0 && i < sequences.size(); i++) {
        engine.prefill(sequences.get(i), prompt, false, (position, values, at) -> {}, go);
        first = i == 0 ? System.nanoTime() : first;
      }
      long before = first == 0 ? start : System.nanoTime();
      for (int i = 0; i < what.generated && go.on(); i++) {
        steps.forEach(step -> step.token(random.nextInt(vocabulary)));
        engine.decode(steps);
        long now = System.nanoTime();
        if (tokens != null) {
          tokens.recordValue(Math.min(now - before, LONGEST_NANOS));
        }
        first = first == 0 ? now : first;
        before = now;
      }
      return new Times((System.nanoTime() - start) / 1e9, (first - start) / 1e9);
    }
  }

  private int[] randomIds(int count) {
    return random.ints(count, 0, engine.network().vocabulary()).toArray();
  }
}

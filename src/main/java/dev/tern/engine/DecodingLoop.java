package dev.tern.engine;

import dev.tern.sampling.Sampler;
import dev.tern.sampling.SamplingOptions;
import java.util.concurrent.atomic.AtomicBoolean;

/** Prompt in, one token after the other out. For one thread; {@link #cancel} may come from any. */
public final class DecodingLoop {
  private final Engine engine;
  private final Rewinding text;
  private final Sequence sequence;
  private final Sampler sampler;
  private final Step step;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private int pending = -1;

  public DecodingLoop(Engine engine, Rewinding text, SamplingOptions options) {
    this.engine = engine;
    this.text = text;
    sequence = text.sequence();
    int vocabulary = engine.network().vocabulary();
    sampler = new Sampler(options, vocabulary);
    step = new Step(sequence, new float[vocabulary]);
    for (int i = 0; i < sequence.length(); i++) {
      sampler.accept(sequence.token(i));
    }
  }

  /**
   * Runs the prompt and returns the first token after it, or -1 if cancelled on the way.
   *
   * @param ids at least one token
   */
  public int start(int[] ids) {
    int done = engine.prefill(sequence, ids, false, this::keep, () -> !cancelled.get());
    text.mark();
    for (int i = 0; i < done; i++) {
      sampler.accept(ids[i]);
    }
    return done < ids.length ? -1 : choose();
  }

  /** Runs the last token and returns the next, or -1 if cancelled. */
  public int next() {
    if (cancelled.get()) {
      return -1;
    }
    engine.decode(step.token(pending));
    return choose();
  }

  /** The last token chosen if it has not been run yet, or -1. */
  public int pending() {
    return pending;
  }

  /** Makes {@link #start} and {@link #next} return -1 as soon as they can. */
  public void cancel() {
    cancelled.set(true);
  }

  public boolean cancelled() {
    return cancelled.get();
  }

  private void keep(int position, float[] values, int at) {
    System.arraycopy(values, at, step.logits(), 0, step.logits().length);
  }

  private int choose() {
    pending = sampler.sample(step.logits());
    sampler.accept(pending);
    return pending;
  }
}

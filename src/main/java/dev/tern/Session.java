package dev.tern;

import dev.tern.engine.DecodingLoop;
import dev.tern.engine.Engine;
import dev.tern.engine.Sequence;
import dev.tern.error.TernException;
import java.util.Arrays;

/**
 * One text in a model's memory: prompts and generated tokens follow each other and are computed once. For one thread at
 * a time; sessions of one model may be used by different threads at once.
 */
public final class Session implements AutoCloseable {
  private final Model model;
  private final Sequence sequence;
  private Generation current;

  Session(Model model, Sequence sequence) {
    this.model = model;
    this.sequence = sequence;
  }

  /** Generates a continuation with the default options. */
  public Generation generate(String prompt) {
    return generate(prompt, new GenerationOptions());
  }

  /** Appends a prompt and generates what follows. A prompt at the start gets the tokens that the model begins with. */
  public Generation generate(String prompt, GenerationOptions options) {
    return generate(sequence.length() == 0 ? model.tokenizePrompt(prompt) : model.tokenize(prompt), options);
  }

  /** Appends the ids of a prompt and generates what follows. */
  public Generation generate(int[] prompt, GenerationOptions options) {
    if (prompt.length == 0) {
      throw new TernException("the prompt is empty: expected at least one token");
    }
    int[] ids = withPending(prompt);
    DecodingLoop loop = new DecodingLoop(model.engine(), sequence, options.sampling(model.vocabularySize()));
    current = new Generation(loop, model.tokenizer(), options, ids);
    return current;
  }

  /** The last token of a generation has not gone through the network: it goes before what comes next. */
  private int[] withPending(int[] ids) {
    int pending = current == null ? -1 : current.pendingToken();
    current = null;
    if (pending < 0) {
      return ids;
    }
    int[] joined = new int[ids.length + 1];
    joined[0] = pending;
    System.arraycopy(ids, 0, joined, 1, ids.length);
    return joined;
  }

  /** Appends tokens and returns the logits after the last: a value per vocabulary entry. */
  public float[] logits(int... tokens) {
    float[][] last = new float[1][];
    model
        .engine()
        .prefill(
            sequence,
            withPending(tokens),
            false,
            (position, values, at) -> last[0] = copy(values, at),
            Engine.Go.ALWAYS);
    return last[0];
  }

  /** Appends tokens and returns the logits after each: {@code [tokens, vocabulary]}. */
  public float[][] allLogits(int... tokens) {
    int[] ids = withPending(tokens);
    int start = sequence.length() + ids.length - tokens.length;
    float[][] all = new float[tokens.length][];
    model
        .engine()
        .prefill(
            sequence, ids, true, (position, values, at) -> keep(all, position - start, values, at), Engine.Go.ALWAYS);
    return all;
  }

  private void keep(float[][] all, int index, float[] values, int at) {
    if (index >= 0) {
      all[index] = copy(values, at);
    }
  }

  private float[] copy(float[] values, int at) {
    return Arrays.copyOfRange(values, at, at + model.vocabularySize());
  }

  /** Tokens in the session. */
  public int length() {
    return sequence.length();
  }

  /** The ids in the session. */
  public int[] tokens() {
    int[] tokens = new int[sequence.length()];
    Arrays.setAll(tokens, sequence::token);
    return tokens;
  }

  /**
   * Goes back to the first {@code length} tokens.
   *
   * @throws TernException if a recurrent layer or a window has moved on: use {@link #fork} before
   */
  public void truncate(int length) {
    sequence.truncate(length);
    current = null;
  }

  /** An independent session with the same contents: a point to return to, or a branch. */
  public Session fork() {
    return model.adopt(sequence.copy());
  }

  /** Bytes of caches and states. */
  public long bytes() {
    return sequence.bytes();
  }

  @Override
  public void close() {
    model.release(this);
    sequence.close();
  }
}

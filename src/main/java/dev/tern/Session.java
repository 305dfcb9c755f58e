package dev.tern;

import dev.tern.engine.DecodingLoop;
import dev.tern.engine.Engine;
import dev.tern.engine.Rewinding;
import dev.tern.engine.Sequence;
import dev.tern.error.TernException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One text in a model's memory: prompts and generated tokens follow each other and are computed once. For one thread at
 * a time; sessions of one model may be used by different threads at once.
 */
public final class Session implements AutoCloseable {
  private final Model model;
  private final Rewinding text;
  private final Map<Adapter, Float> adapters;
  private Generation current;

  Session(Model model, Rewinding text, Map<Adapter, Float> adapters) {
    this.model = model;
    this.text = text;
    this.adapters = new LinkedHashMap<>(adapters);
  }

  /** Puts an adapter in force as it was trained, from the next token on. */
  public void attach(Adapter adapter) {
    attach(adapter, 1);
  }

  /**
   * Puts an adapter in force from the next token on, or gives it another weight. What the session holds already stays
   * as it was computed.
   *
   * @param weight 1 as it was trained; others scale what it changes
   */
  public void attach(Adapter adapter, float weight) {
    Map<Adapter, Float> changed = new LinkedHashMap<>(adapters);
    changed.put(adapter, weight);
    adapt(changed);
  }

  /** Puts an adapter out of force; nothing happens if it is not attached. */
  public void detach(Adapter adapter) {
    Map<Adapter, Float> changed = new LinkedHashMap<>(adapters);
    changed.remove(adapter);
    adapt(changed);
  }

  /** The adapters in force and their weights. */
  public Map<Adapter, Float> adapters() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(adapters));
  }

  private void adapt(Map<Adapter, Float> changed) {
    model.adapt(sequence(), changed);
    adapters.clear();
    adapters.putAll(changed);
  }

  /** Generates a continuation with the default options. */
  public Generation generate(String prompt) {
    return generate(prompt, new GenerationOptions());
  }

  /** Appends a prompt and generates what follows. A prompt at the start gets the tokens that the model begins with. */
  public Generation generate(String prompt, GenerationOptions options) {
    return generate(sequence().length() == 0 ? model.tokenizePrompt(prompt) : model.tokenize(prompt), options);
  }

  /** Appends the ids of a prompt and generates what follows. */
  public Generation generate(int[] prompt, GenerationOptions options) {
    if (prompt.length == 0) {
      throw new TernException("the prompt is empty: expected at least one token");
    }
    int[] ids = withPending(prompt);
    DecodingLoop loop = new DecodingLoop(model.engine(), text, options.sampling(model.vocabularySize()));
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
            sequence(),
            withPending(tokens),
            false,
            (position, values, at) -> last[0] = copy(values, at),
            Engine.Go.ALWAYS);
    return last[0];
  }

  /** Appends tokens and returns the logits after each: {@code [tokens, vocabulary]}. */
  public float[][] allLogits(int... tokens) {
    int[] ids = withPending(tokens);
    int start = sequence().length() + ids.length - tokens.length;
    float[][] all = new float[tokens.length][];
    model
        .engine()
        .prefill(
            sequence(), ids, true, (position, values, at) -> keep(all, position - start, values, at), Engine.Go.ALWAYS);
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
    return sequence().length();
  }

  /** The ids in the session. */
  public int[] tokens() {
    int[] tokens = new int[sequence().length()];
    Arrays.setAll(tokens, sequence()::token);
    return tokens;
  }

  /**
   * Goes back to the first {@code length} tokens. Recurrent layers and windows, whose states cannot be cut, are
   * computed again from the end of the last prompt before that point.
   */
  public void rewind(int length) {
    if (length < 0 || length > length()) {
      throw new TernException("rewind: expected 0 to %d tokens, found %d".formatted(length(), length));
    }
    text.rewind(length);
    current = null;
  }

  /**
   * Generates what follows {@code tokens}, which are the whole text from the start: what they share with the session is
   * not computed again.
   */
  public Generation generateFrom(int[] tokens, GenerationOptions options) {
    current = null;
    int common = Math.min(sequence().commonPrefix(tokens), tokens.length - 1);
    rewind(Math.max(0, common));
    return generate(Arrays.copyOfRange(tokens, length(), tokens.length), options);
  }

  /** An independent session with the same contents: a branch. */
  public Session fork() {
    return model.adopt(text.copy(), adapters);
  }

  private Sequence sequence() {
    return text.sequence();
  }

  /** Bytes of caches and states. */
  public long bytes() {
    return sequence().bytes();
  }

  @Override
  public void close() {
    model.release(this);
    text.close();
  }
}

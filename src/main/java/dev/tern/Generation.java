package dev.tern;

import dev.tern.engine.DecodingLoop;
import dev.tern.sampling.StopStrings;
import dev.tern.tokenizer.Detokenizer;
import dev.tern.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A text as it is generated: iterate over its parts, or take {@link #text} at once. Nothing is computed ahead of what
 * is asked for. For one thread, except {@link #cancel}.
 */
public final class Generation implements Iterator<String>, Iterable<String> {
  private final DecodingLoop loop;
  private final Tokenizer tokenizer;
  private final GenerationOptions options;
  private final Detokenizer detokenizer;
  private final StopStrings stops;
  private final int[] prompt;
  private final List<Integer> tokens = new ArrayList<>();
  private final long started = System.nanoTime();
  private long promptNanos;
  private long decodeNanos;
  private String part;
  private FinishReason finish;

  /** Why a generation ended. */
  public enum FinishReason {
    /** The model ended the text. */
    END,
    /** A stop string. */
    STOP,
    /** The limit of tokens. */
    LENGTH,
    /** {@link Generation#cancel}. */
    CANCELLED
  }

  Generation(DecodingLoop loop, Tokenizer tokenizer, GenerationOptions options, int[] prompt) {
    this.loop = loop;
    this.tokenizer = tokenizer;
    this.options = options;
    this.prompt = prompt;
    detokenizer = new Detokenizer(tokenizer);
    stops = new StopStrings(options.stop());
  }

  @Override
  public Iterator<String> iterator() {
    return this;
  }

  @Override
  public boolean hasNext() {
    while (part == null && finish == null) {
      advance();
    }
    return part != null;
  }

  /** The next part of the text: whole characters, never empty. */
  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the generation has ended: " + finish);
    }
    String next = part;
    part = null;
    return next;
  }

  /** The rest of the text, to its end. */
  public String text() {
    StringBuilder text = new StringBuilder();
    forEachRemaining(text::append);
    return text.toString();
  }

  /** Ends the generation as soon as possible, also from another thread. */
  public void cancel() {
    loop.cancel();
  }

  /** Why it ended; null while it goes on. */
  public FinishReason finishReason() {
    return finish;
  }

  /** The ids generated so far, an end-of-generation token included. */
  public int[] tokens() {
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The last token if it is part of the text but has not gone through the network yet, or -1. */
  int pendingToken() {
    return loop.pending();
  }

  /** Counts and times so far. */
  public Usage usage() {
    return new Usage(prompt.length, tokens.size(), promptNanos, decodeNanos);
  }

  /**
   * Counts and times of a generation.
   *
   * @param promptTokens that went in
   * @param generatedTokens that came out
   * @param promptNanos until the first token was there
   * @param decodeNanos for all others together
   */
  public record Usage(int promptTokens, int generatedTokens, long promptNanos, long decodeNanos) {
    public double promptTokensPerSecond() {
      return promptTokens * 1e9 / promptNanos;
    }

    /** Of the tokens after the first. */
    public double decodeTokensPerSecond() {
      return generatedTokens < 2 ? 0 : (generatedTokens - 1) * 1e9 / decodeNanos;
    }
  }

  private void advance() {
    if (tokens.size() == options.maxTokens()) {
      finish(FinishReason.LENGTH);
      return;
    }
    int token = compute();
    if (token < 0) {
      finish(FinishReason.CANCELLED);
      return;
    }
    tokens.add(token);
    if (tokenizer.isEndOfGeneration(token) && !options.pastEnd()) {
      finish(FinishReason.END);
      return;
    }
    show(stops.next(detokenizer.next(token)));
    if (stops.found() != null) {
      finish = FinishReason.STOP;
    }
  }

  private int compute() {
    long before = System.nanoTime();
    int token;
    if (tokens.isEmpty()) {
      token = loop.start(prompt);
      promptNanos = System.nanoTime() - started;
    } else {
      token = loop.next();
      decodeNanos += System.nanoTime() - before;
    }
    return token;
  }

  private void finish(FinishReason reason) {
    finish = reason;
    String rest = stops.next(detokenizer.finish());
    show(stops.found() == null ? rest + stops.finish() : rest);
  }

  private void show(String text) {
    if (!text.isEmpty()) {
      part = text;
    }
  }
}

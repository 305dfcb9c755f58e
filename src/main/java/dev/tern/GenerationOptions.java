package dev.tern;

import dev.tern.error.TernException;
import dev.tern.sampling.SamplingOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a text is generated. Starts as greedy decoding of at most 256 tokens; each method changes one thing and returns
 * this object.
 */
public final class GenerationOptions {
  private int maxTokens = 256;
  private List<String> stop = List.of();
  private boolean pastEnd;
  private float temperature;
  private int topK;
  private float topP = 1;
  private float minP;
  private float typicalP = 1;
  private float repetitionPenalty = 1;
  private float frequencyPenalty;
  private float presencePenalty;
  private int penaltyWindow = 64;
  private long seed;
  private final Map<Integer, Float> logitBias = new HashMap<>();

  /** Greedy decoding of at most 256 tokens. */
  public GenerationOptions() {}

  /** Tokens generated at most. */
  public GenerationOptions maxTokens(int count) {
    if (count < 0) {
      throw new TernException("max tokens: expected 0 or more, found %d".formatted(count));
    }
    maxTokens = count;
    return this;
  }

  /** Texts that end the generation; they are not part of it. */
  public GenerationOptions stop(String... texts) {
    stop = List.of(texts);
    return this;
  }

  /** Goes on after end-of-generation tokens. */
  public GenerationOptions pastEnd(boolean goOn) {
    pastEnd = goOn;
    return this;
  }

  /** Divides the logits; 0 takes the most likely token each time. */
  public GenerationOptions temperature(double value) {
    temperature = (float) value;
    return this;
  }

  /** Draws among the k most likely tokens; 0 for all. */
  public GenerationOptions topK(int k) {
    topK = k;
    return this;
  }

  /** Draws among the most likely tokens that together reach probability p; 1 for all. */
  public GenerationOptions topP(double p) {
    topP = (float) p;
    return this;
  }

  /** Draws among tokens at least p times as likely as the most likely one; 0 for all. */
  public GenerationOptions minP(double p) {
    minP = (float) p;
    return this;
  }

  /** Draws among the tokens of most typical surprise up to probability p; 1 for all. */
  public GenerationOptions typicalP(double p) {
    typicalP = (float) p;
    return this;
  }

  /** Divides the logits of tokens that occurred; 1 for none. */
  public GenerationOptions repetitionPenalty(double factor) {
    repetitionPenalty = (float) factor;
    return this;
  }

  /** Subtracts from the logit of a token for each time it occurred. */
  public GenerationOptions frequencyPenalty(double amount) {
    frequencyPenalty = (float) amount;
    return this;
  }

  /** Subtracts from the logit of a token that occurred. */
  public GenerationOptions presencePenalty(double amount) {
    presencePenalty = (float) amount;
    return this;
  }

  /** Tokens that the penalties look back on; 0 for all. */
  public GenerationOptions penaltyWindow(int tokens) {
    penaltyWindow = tokens;
    return this;
  }

  /** Adds to the logit of a token; negative infinity forbids it. */
  public GenerationOptions logitBias(int token, double amount) {
    logitBias.put(token, (float) amount);
    return this;
  }

  /** The same seed gives the same text, whatever the number of threads. */
  public GenerationOptions seed(long value) {
    seed = value;
    return this;
  }

  int maxTokens() {
    return maxTokens;
  }

  List<String> stop() {
    return stop;
  }

  boolean pastEnd() {
    return pastEnd;
  }

  SamplingOptions sampling(int vocabulary) {
    for (int token : logitBias.keySet()) {
      if (token < 0 || token >= vocabulary) {
        throw new TernException("logit bias: token %d is not below %d".formatted(token, vocabulary));
      }
    }
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        typicalP,
        new SamplingOptions.Penalties(repetitionPenalty, frequencyPenalty, presencePenalty, penaltyWindow),
        logitBias,
        seed);
  }
}

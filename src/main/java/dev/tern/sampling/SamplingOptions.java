package dev.tern.sampling;

import dev.tern.error.TernException;
import java.util.Map;

/**
 * How the next token is chosen. The steps are applied in this order: logit bias, penalties, top-k, typical-p, top-p,
 * min-p, temperature, draw.
 *
 * @param temperature divides the logits; 0 takes the most likely token (greedy)
 * @param topK keeps the k most likely tokens; 0 for all
 * @param topP keeps the most likely tokens that together reach this probability (Holtzman et al. 2019); 1 for all
 * @param minP keeps tokens at least this fraction as likely as the most likely one (Nguyen et al. 2024); 0 for all
 * @param typicalP keeps the tokens whose surprise is closest to the entropy, up to this probability (Meister et al.
 *     2022); 1 for all
 * @param penalties against repetition
 * @param logitBias added to the logits of single tokens
 * @param seed of the random draws: the same seed gives the same choices
 */
public record SamplingOptions(
    float temperature,
    int topK,
    float topP,
    float minP,
    float typicalP,
    Penalties penalties,
    Map<Integer, Float> logitBias,
    long seed) {

  /** The most likely token each time. */
  public static final SamplingOptions GREEDY = new SamplingOptions(0, 0, 1, 0, 1, Penalties.NONE, Map.of(), 0);

  public SamplingOptions {
    require(temperature >= 0 && temperature < Float.POSITIVE_INFINITY, "temperature", "0 or more", temperature);
    require(topK >= 0, "top-k", "0 or more", topK);
    require(topP > 0 && topP <= 1, "top-p", "above 0 and at most 1", topP);
    require(minP >= 0 && minP <= 1, "min-p", "0 to 1", minP);
    require(typicalP > 0 && typicalP <= 1, "typical-p", "above 0 and at most 1", typicalP);
    logitBias = Map.copyOf(logitBias);
  }

  /**
   * Penalties against repeating what is among the last {@code window} tokens.
   *
   * @param repetition divides positive and multiplies negative logits of tokens seen (Keskar et al. 2019); 1 for none
   * @param frequency subtracted once per occurrence
   * @param presence subtracted once if it occurs at all
   * @param window tokens looked back on; 0 for all
   */
  public record Penalties(float repetition, float frequency, float presence, int window) {
    public static final Penalties NONE = new Penalties(1, 0, 0, 64);

    public Penalties {
      require(repetition > 0 && repetition < Float.POSITIVE_INFINITY, "repetition penalty", "above 0", repetition);
      require(Float.isFinite(frequency), "frequency penalty", "a number", frequency);
      require(Float.isFinite(presence), "presence penalty", "a number", presence);
      require(window >= 0, "penalty window", "0 or more", window);
    }

    boolean none() {
      return repetition == 1 && frequency == 0 && presence == 0;
    }
  }

  public SamplingOptions withTemperature(float value) {
    return new SamplingOptions(value, topK, topP, minP, typicalP, penalties, logitBias, seed);
  }

  public SamplingOptions withSeed(long value) {
    return new SamplingOptions(temperature, topK, topP, minP, typicalP, penalties, logitBias, value);
  }

  private static void require(boolean valid, String option, String expected, Object found) {
    if (!valid) {
      throw new TernException("%s: expected %s, found %s".formatted(option, expected, found));
    }
  }
}

package dev.tern.sampling;

import java.util.Arrays;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Chooses tokens for one text, remembering what came before. For one thread. */
public final class Sampler {
  private final SamplingOptions options;
  private final History history;
  private final RandomGenerator random;
  private final Candidates candidates;
  private final Map.Entry<Integer, Float>[] bias;
  private int[] typical = new int[0];
  private double[] typicalDistance = new double[0];

  @SuppressWarnings({"unchecked", "rawtypes"})
  public Sampler(SamplingOptions options, int vocabulary) {
    this.options = options;
    history = new History(options.penalties().window(), vocabulary);
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(options.seed());
    candidates = new Candidates(vocabulary);
    bias = options.logitBias().entrySet().toArray(Map.Entry[]::new);
  }

  /** Takes note of a token of the prompt or of one that was chosen. */
  public void accept(int token) {
    history.add(token);
  }

  /** The next token. Overwrites {@code logits}; does not {@link #accept} the choice. */
  public int sample(float[] logits) {
    for (Map.Entry<Integer, Float> entry : bias) {
      logits[entry.getKey()] += entry.getValue();
    }
    if (!options.penalties().none()) {
      history.penalise(logits, options.penalties());
    }
    if (options.temperature() == 0) {
      return argmax(logits);
    }
    candidates.load(logits);
    if (options.topK() == 0 && options.typicalP() == 1 && options.topP() == 1 && options.minP() == 0) {
      return drawFromAll();
    }
    int kept = options.topK() == 0 ? candidates.size() : Math.min(options.topK(), candidates.size());
    if (options.typicalP() < 1) {
      return drawTypical(kept);
    }
    return draw(keepMinP(keepTopP(kept)));
  }

  /** The index of the largest value, the first among equals; NaN never wins. */
  public static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best] || Float.isNaN(values[best])) {
        best = i;
      }
    }
    return best;
  }

  private int keepTopP(int kept) {
    if (options.topP() == 1) {
      return kept;
    }
    double limit = options.topP() * massOf(kept);
    double sum = 0;
    for (int rank = 0; rank < kept; rank++) {
      sum += candidates.probability(rank);
      if (sum >= limit) {
        return rank + 1;
      }
    }
    return kept;
  }

  /** Probability of the {@code kept} likeliest tokens: 1 if nothing was cut. */
  private double massOf(int kept) {
    if (kept == candidates.size()) {
      return 1;
    }
    double sum = 0;
    for (int rank = 0; rank < kept; rank++) {
      sum += candidates.probability(rank);
    }
    return sum;
  }

  private int keepMinP(int kept) {
    if (options.minP() == 0) {
      return kept;
    }
    double limit = options.minP() * candidates.probability(0);
    int rank = 1;
    while (rank < kept && candidates.probability(rank) >= limit) {
      rank++;
    }
    return rank;
  }

  private double weight(float logit) {
    return Math.exp((logit - candidates.max()) / options.temperature());
  }

  private int draw(int kept) {
    double sum = 0;
    for (int rank = 0; rank < kept; rank++) {
      sum += weight(candidates.logit(rank));
    }
    double target = random.nextDouble() * sum;
    for (int rank = 0; rank < kept - 1; rank++) {
      target -= weight(candidates.logit(rank));
      if (target < 0) {
        return candidates.token(rank);
      }
    }
    return candidates.token(kept - 1);
  }

  private int drawFromAll() {
    double sum = 0;
    for (int i = 0; i < candidates.size(); i++) {
      sum += weight(candidates.anyLogit(i));
    }
    double target = random.nextDouble() * sum;
    for (int i = 0; i < candidates.size(); i++) {
      target -= weight(candidates.anyLogit(i));
      if (target < 0) {
        return candidates.anyToken(i);
      }
    }
    return candidates.token(0);
  }

  /** Orders the kept tokens by how far their surprise is from the entropy and draws among the closest. */
  private int drawTypical(int kept) {
    double mass = massOf(kept);
    double entropy = 0;
    for (int rank = 0; rank < kept; rank++) {
      double p = candidates.probability(rank) / mass;
      entropy -= p > 0 ? p * Math.log(p) : 0;
    }
    if (typical.length < kept) {
      typical = new int[kept];
      typicalDistance = new double[kept];
    }
    for (int rank = 0; rank < kept; rank++) {
      typicalDistance[rank] = Math.abs(-Math.log(candidates.probability(rank) / mass) - entropy);
    }
    int[] order = nearestFirst(kept);
    double sum = 0;
    int count = 0;
    while (count < kept && sum < options.typicalP()) {
      sum += candidates.probability(order[count++]) / mass;
    }
    Arrays.sort(order, 0, count);
    return drawAmong(order, count, keepTopP(kept));
  }

  private int[] nearestFirst(int kept) {
    Integer[] order = new Integer[kept];
    Arrays.setAll(order, rank -> rank);
    Arrays.sort(order, (a, b) -> Double.compare(typicalDistance[a], typicalDistance[b]));
    for (int i = 0; i < kept; i++) {
      typical[i] = order[i];
    }
    return typical;
  }

  /** Draws among the first {@code count} of {@code ranks} that are below {@code topP} and pass min-p. */
  private int drawAmong(int[] ranks, int count, int topP) {
    int limit = keepMinP(topP);
    int kept = 0;
    double sum = 0;
    while (kept < count && (kept == 0 || ranks[kept] < limit)) {
      sum += weight(candidates.logit(ranks[kept++]));
    }
    double target = random.nextDouble() * sum;
    for (int i = 0; i < kept - 1; i++) {
      target -= weight(candidates.logit(ranks[i]));
      if (target < 0) {
        return candidates.token(ranks[i]);
      }
    }
    return candidates.token(ranks[kept - 1]);
  }
}

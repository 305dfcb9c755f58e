package dev.tern.layer;

/**
 * Chooses the experts of a token and their weights from the router's logits.
 *
 * @param logits {@code [experts, width]}
 * @param scoring how logits become scores
 * @param selectionBias added to the scores for the choice only, or null (DeepSeek-V3's load balancing without loss)
 * @param topK experts per token
 * @param groups experts are split into this many groups, of which {@code topGroups} are eligible; 1 for no groups
 * @param groupBest how many of its best experts make a group's score: 1 (DeepSeek-V2) or 2 (V3)
 * @param renormalise whether the chosen weights are divided by their sum
 * @param scale factor on the weights
 */
public record Router(
    Linear logits,
    Scoring scoring,
    float[] selectionBias,
    int topK,
    int groups,
    int topGroups,
    int groupBest,
    boolean renormalise,
    float scale) {

  /** How logits become scores. */
  public enum Scoring {
    /** Softmax over all experts. */
    SOFTMAX,
    /** Each expert by itself. */
    SIGMOID,
    /** Softmax over the chosen experts only. */
    SOFTMAX_OF_CHOSEN
  }

  /** Softmax routing without groups, bias or scale. */
  public static Router softmax(Linear logits, int topK, boolean renormalise) {
    return new Router(logits, Scoring.SOFTMAX, null, topK, 1, 1, 1, renormalise, 1);
  }

  /** The same router with {@code topK} experts. */
  public Router withTopK(int topK) {
    return new Router(logits, scoring, selectionBias, topK, groups, topGroups, groupBest, renormalise, scale);
  }

  public int experts() {
    return logits.outputs();
  }

  /**
   * Chooses for one token.
   *
   * @param values the token's logits from {@code at}; overwritten by the scores
   * @param scratch at least {@code experts()} long
   * @param experts receives {@code topK} expert numbers from {@code to}, best first
   * @param weights receives their weights from {@code to}
   */
  void choose(float[] values, int at, float[] scratch, int[] experts, float[] weights, int to) {
    score(values, at);
    for (int e = 0; e < experts(); e++) {
      scratch[e] = values[at + e] + (selectionBias == null ? 0 : selectionBias[e]);
    }
    if (groups > 1) {
      closeGroups(scratch);
    }
    for (int k = 0; k < topK; k++) {
      int best = argmax(scratch, 0, experts());
      scratch[best] = Float.NEGATIVE_INFINITY;
      experts[to + k] = best;
      weights[to + k] = values[at + best];
    }
    weigh(weights, to);
  }

  private void score(float[] values, int at) {
    switch (scoring) {
      case SOFTMAX -> softmax(values, at, experts());
      case SIGMOID -> {
        for (int e = at; e < at + experts(); e++) {
          values[e] = (float) (1 / (1 + Math.exp(-values[e])));
        }
      }
      case SOFTMAX_OF_CHOSEN -> {}
    }
  }

  private void weigh(float[] weights, int to) {
    if (scoring == Scoring.SOFTMAX_OF_CHOSEN) {
      softmax(weights, to, topK);
    }
    float sum = 0;
    for (int k = to; k < to + topK; k++) {
      sum += weights[k];
    }
    float factor = renormalise ? scale / Math.max(sum, 1e-20f) : scale;
    for (int k = to; k < to + topK; k++) {
      weights[k] *= factor;
    }
  }

  /** Makes the experts of all groups but the best ones ineligible. */
  private void closeGroups(float[] scores) {
    int size = experts() / groups;
    float[] best = new float[groups];
    for (int g = 0; g < groups; g++) {
      best[g] = groupScore(scores, g * size, size);
    }
    for (int open = 0; open < topGroups; open++) {
      best[argmax(best, 0, groups)] = Float.NEGATIVE_INFINITY;
    }
    for (int g = 0; g < groups; g++) {
      if (best[g] != Float.NEGATIVE_INFINITY) {
        java.util.Arrays.fill(scores, g * size, (g + 1) * size, Float.NEGATIVE_INFINITY);
      }
    }
  }

  private float groupScore(float[] scores, int from, int size) {
    int first = argmax(scores, from, size);
    if (groupBest == 1) {
      return scores[first];
    }
    float second = Float.NEGATIVE_INFINITY;
    for (int e = from; e < from + size; e++) {
      if (e != first) {
        second = Math.max(second, scores[e]);
      }
    }
    return scores[first] + second;
  }

  /** The first index of the largest value among {@code count} from {@code from}. */
  private static int argmax(float[] values, int from, int count) {
    int best = from;
    for (int i = from + 1; i < from + count; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  private static void softmax(float[] values, int at, int count) {
    float max = values[argmax(values, at, count)];
    double sum = 0;
    for (int i = at; i < at + count; i++) {
      values[i] = (float) Math.exp(values[i] - max);
      sum += values[i];
    }
    for (int i = at; i < at + count; i++) {
      values[i] /= (float) sum;
    }
  }
}

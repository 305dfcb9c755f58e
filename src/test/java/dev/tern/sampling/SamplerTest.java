package dev.tern.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.error.TernException;
import dev.tern.sampling.SamplingOptions.Penalties;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What may be drawn, how often, and that the seed decides. */
class SamplerTest {
  private static final float[] LOGITS = {1, 3, 2, 0, 3, -1};

  private static SamplingOptions options(int topK, double topP, double minP, double typicalP) {
    return new SamplingOptions(1, topK, (float) topP, (float) minP, (float) typicalP, Penalties.NONE, Map.of(), 5);
  }

  private static Set<Integer> drawn(SamplingOptions options, float[] logits) {
    Sampler sampler = new Sampler(options, logits.length);
    Set<Integer> tokens = new TreeSet<>();
    for (int i = 0; i < 2000; i++) {
      tokens.add(sampler.sample(logits.clone()));
    }
    return tokens;
  }

  @Test
  void greedyTakesTheFirstOfTheLikeliest() {
    assertEquals(1, new Sampler(SamplingOptions.GREEDY, 6).sample(LOGITS.clone()));
    assertEquals(1, Sampler.argmax(new float[] {Float.NaN, 2, 2}));
  }

  @Test
  void topKKeepsTheLikeliest() {
    assertEquals(Set.of(1, 4), drawn(options(2, 1, 0, 1), LOGITS));
    assertEquals(Set.of(1, 2, 4), drawn(options(3, 1, 0, 1), LOGITS));
    assertEquals(Set.of(0, 1, 2, 3, 4, 5), drawn(options(99, 1, 0, 1), LOGITS));
  }

  @Test
  void topPKeepsTheLikeliestThatReachIt() {
    float[] logits = logs(0.5, 0.3, 0.15, 0.05);
    assertEquals(Set.of(0), drawn(options(0, 0.5, 0, 1), logits));
    assertEquals(Set.of(0, 1), drawn(options(0, 0.51, 0, 1), logits));
    assertEquals(Set.of(0, 1, 2), drawn(options(0, 0.9, 0, 1), logits));
  }

  @Test
  void minPIsRelativeToTheLikeliest() {
    float[] logits = logs(0.5, 0.3, 0.15, 0.05);
    assertEquals(Set.of(0, 1, 2), drawn(options(0, 1, 0.25, 1), logits));
    assertEquals(Set.of(0, 1), drawn(options(0, 1, 0.5, 1), logits));
  }

  @Test
  void typicalPKeepsWhatIsClosestToTheEntropy() {
    // Entropy 1.28: the surprises 0.92, 1.20, 1.90, 2.30 lie 0.36, 0.08, 0.62, 1.02 from it.
    assertEquals(Set.of(1), drawn(options(0, 1, 0, 0.2), logs(0.4, 0.3, 0.15, 0.1, 0.05)));
    assertEquals(Set.of(0, 1), drawn(options(0, 1, 0, 0.6), logs(0.4, 0.3, 0.15, 0.1, 0.05)));
  }

  @Test
  void frequenciesFollowTheProbabilities() {
    double[] expected = {0.5, 0.3, 0.15, 0.05};
    Sampler sampler = new Sampler(options(0, 1, 0, 1), 4);
    int[] counts = new int[4];
    for (int i = 0; i < 20_000; i++) {
      counts[sampler.sample(logs(expected))]++;
    }
    for (int i = 0; i < 4; i++) {
      assertEquals(expected[i], counts[i] / 20_000.0, 0.02);
    }
  }

  @Test
  void temperatureSharpens() {
    SamplingOptions cold = options(0, 1, 0, 1).withTemperature(0.01f);
    assertEquals(Set.of(0), drawn(cold, logs(0.5, 0.3, 0.2)));
  }

  @Test
  void theSameSeedDrawsTheSame() {
    float[] logits = new float[5000];
    Random random = new Random(3);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) random.nextGaussian();
    }
    for (SamplingOptions options :
        new SamplingOptions[] {options(0, 1, 0, 1), options(0, 0.9, 0, 1), options(40, 1, 0.05, 0.9)}) {
      Sampler a = new Sampler(options, logits.length);
      Sampler b = new Sampler(options, logits.length);
      for (int i = 0; i < 50; i++) {
        assertEquals(a.sample(logits.clone()), b.sample(logits.clone()));
      }
    }
  }

  @Test
  void penaltiesActOnTheWindowOnly() {
    SamplingOptions options = new SamplingOptions(0, 0, 1, 0, 1, new Penalties(2, 0.5f, 0.25f, 3), Map.of(), 0);
    Sampler sampler = new Sampler(options, 3);
    for (int token : new int[] {0, 0, 1, 2, 2}) {
      sampler.accept(token);
    }
    float[] logits = {1, 1, -1};
    assertEquals(0, sampler.sample(logits), "token 0 has left the window of the last three");
    assertEquals("[1.0, -0.25, -3.25]", Arrays.toString(logits));
  }

  @Test
  void biasMovesOrForbidsTokens() {
    SamplingOptions options =
        new SamplingOptions(0, 0, 1, 0, 1, Penalties.NONE, Map.of(3, 9f, 1, Float.NEGATIVE_INFINITY), 0);
    assertEquals(3, new Sampler(options, 6).sample(LOGITS.clone()));
  }

  @Test
  void ranksOfManyCandidatesAreSorted() {
    Random random = new Random(1);
    for (int size : new int[] {1, 2, 63, 64, 65, 513, 4096}) {
      float[] logits = new float[size];
      for (int i = 0; i < size; i++) {
        logits[i] = random.nextInt(50) - 25;
      }
      Candidates candidates = new Candidates(size);
      candidates.load(logits);
      Integer[] expected = new Integer[size];
      Arrays.setAll(expected, i -> i);
      Arrays.sort(expected, (a, b) -> Float.compare(logits[b], logits[a]));
      for (int rank = 0; rank < size; rank++) {
        assertEquals(expected[rank], candidates.token(rank));
      }
    }
  }

  @Test
  void notANumberIsNeverDrawn() {
    float[] logits = {Float.NaN, 0, Float.NEGATIVE_INFINITY};
    assertEquals(Set.of(1), drawn(options(0, 1, 0, 1), logits));
  }

  @Test
  void impossibleOptionsAreNamed() {
    TernException e = assertThrows(TernException.class, () -> options(0, 0, 0, 1));
    assertTrue(e.getMessage().startsWith("top-p: expected"), e.getMessage());
    assertThrows(TernException.class, () -> options(-1, 1, 0, 1));
    assertThrows(TernException.class, () -> new Penalties(0, 0, 0, 0));
  }

  private static float[] logs(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]);
    }
    return logits;
  }
}

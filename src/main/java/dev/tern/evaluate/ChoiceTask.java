package dev.tern.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tern.checkpoint.Json;
import dev.tern.error.TernException;
import dev.tern.tokenizer.Special;
import dev.tern.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Questions with given answers: a model chooses the answer to which it gives the highest probability. */
public record ChoiceTask(List<Question> questions) {
  private static final int BOOTSTRAPS = 1000;

  /** {@code answer} is the index of the right choice. */
  public record Question(String prompt, List<String> choices, int answer) {}

  /**
   * Shares of right answers.
   *
   * @param accuracy by the probability of the whole answer
   * @param perByteAccuracy by the log probability per byte, which does not prefer short answers
   */
  public record Score(
      int questions, double accuracy, double accuracyError, double perByteAccuracy, double perByteError) {}

  /** Reads JSON lines. */
  public static ChoiceTask read(Path file) {
    List<Question> questions = new ArrayList<>();
    try {
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        number++;
        if (!line.isBlank()) {
          questions.add(question(file + ":" + number, line));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (questions.isEmpty()) {
      throw new TernException("%s: expected a question per line, found none".formatted(file));
    }
    return new ChoiceTask(List.copyOf(questions));
  }

  private static Question question(String place, String line) {
    JsonNode node = Json.parse(place, line.getBytes(StandardCharsets.UTF_8));
    List<String> choices = new ArrayList<>();
    node.path("choices").forEach(choice -> choices.add(choice.asText()));
    int answer = node.path("answer").asInt(-1);
    if (!node.path("prompt").isTextual() || choices.size() < 2 || answer < 0 || answer >= choices.size()) {
      throw new TernException(
          "%s: expected {\"prompt\": text, \"choices\": [two or more], \"answer\": index}, found %s"
              .formatted(place, line.length() > 100 ? line.substring(0, 100) + "…" : line));
    }
    return new Question(node.path("prompt").asText(), List.copyOf(choices), answer);
  }

  /** Asks a model. */
  public Score score(EvaluatedModel model) {
    boolean[] right = new boolean[questions.size()];
    boolean[] rightPerByte = new boolean[questions.size()];
    for (int i = 0; i < questions.size(); i++) {
      Question question = questions.get(i);
      double[] whole = new double[question.choices.size()];
      double[] perByte = new double[whole.length];
      for (int c = 0; c < whole.length; c++) {
        whole[c] = logProbability(model, question.prompt, question.choices.get(c));
        perByte[c] = whole[c] / Math.max(1, question.choices.get(c).getBytes(StandardCharsets.UTF_8).length);
      }
      right[i] = best(whole) == question.answer;
      rightPerByte[i] = best(perByte) == question.answer;
    }
    return new Score(right.length, share(right), error(right), share(rightPerByte), error(rightPerByte));
  }

  private static double logProbability(EvaluatedModel model, String prompt, String choice) {
    Tokenizer tokenizer = model.tokenizer();
    int[] before = tokenizer.encodePrompt(prompt);
    int[] after = tokenizer.encode(choice, Special.TEXT);
    int[] ids =
        java.util.stream.IntStream.concat(java.util.Arrays.stream(before), java.util.Arrays.stream(after)).toArray();
    double sum = 0;
    try (Scorer scorer = new Scorer(model.engine(), model.states())) {
      for (int from = 0; from < ids.length - 1; from += Scorer.STEP) {
        int to = Math.min(ids.length - 1, from + Scorer.STEP);
        float[][] rows = scorer.next(ids, from, to);
        for (int token = Math.max(from + 1, before.length); token <= to; token++) {
          sum += rows[token - 1 - from][ids[token]];
        }
      }
    }
    return sum;
  }

  private static int best(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static double share(boolean[] right) {
    int count = 0;
    for (boolean value : right) {
      count += value ? 1 : 0;
    }
    return (double) count / right.length;
  }

  /** Deviation of the share over resampled questions (Efron 1979). */
  private static double error(boolean[] right) {
    SplittableRandom random = new SplittableRandom(1);
    double[] shares = new double[BOOTSTRAPS];
    boolean[] sample = new boolean[right.length];
    for (int b = 0; b < BOOTSTRAPS; b++) {
      for (int i = 0; i < sample.length; i++) {
        sample[i] = right[random.nextInt(right.length)];
      }
      shares[b] = share(sample);
    }
    return Statistics.deviation(shares);
  }
}

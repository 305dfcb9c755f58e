package dev.tern.cli;

import dev.tern.GenerationOptions;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say how tokens are chosen. */
final class SamplingArguments {
  @Option(
      names = {"-n", "--tokens"},
      paramLabel = "N",
      description = "Tokens generated at most. Default: ${DEFAULT-VALUE}.")
  private int tokens = 128;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 takes the likeliest token, higher values vary more. Default: ${DEFAULT-VALUE}.")
  private double temperature = 0.8;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw among the K likeliest; 0: all. Default: ${DEFAULT-VALUE}.")
  private int topK = 40;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw among the likeliest that reach P together. Default: ${DEFAULT-VALUE}.")
  private double topP = 0.95;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Draw among those at least P times as likely as the likeliest. Default: ${DEFAULT-VALUE}.")
  private double minP = 0.05;

  @Option(names = "--typical-p", paramLabel = "P", description = "Draw among the most typical that reach P together.")
  private double typicalP = 1;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "F",
      description = "Divides the logits of tokens that occurred. Default: ${DEFAULT-VALUE}.")
  private double repetitionPenalty = 1.1;

  @Option(names = "--frequency-penalty", paramLabel = "A", description = "Subtracted per occurrence of a token.")
  private double frequencyPenalty;

  @Option(names = "--presence-penalty", paramLabel = "A", description = "Subtracted once for a token that occurred.")
  private double presencePenalty;

  @Option(
      names = "--penalty-window",
      paramLabel = "N",
      description = "Tokens that penalties look back on; 0: all. Default: ${DEFAULT-VALUE}.")
  private int penaltyWindow = 64;

  @Option(names = "--logit-bias", paramLabel = "ID=A", description = "Added to the logit of a token; repeatable.")
  private Map<Integer, Double> logitBias = Map.of();

  @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same text. Default: a new one.")
  private Long seed;

  @Option(names = "--stop", paramLabel = "TEXT", description = "Ends the text before TEXT; repeatable.")
  private List<String> stop = List.of();

  @Option(names = "--past-end", description = "Go on after the end that the model gives.")
  private boolean pastEnd;

  /** The seed in force: the given one, or one that is drawn once. */
  long seed() {
    if (seed == null) {
      seed = System.nanoTime() & 0xffffffffL;
    }
    return seed;
  }

  GenerationOptions options() {
    GenerationOptions options =
        new GenerationOptions()
            .maxTokens(tokens)
            .temperature(temperature)
            .topK(topK)
            .topP(topP)
            .minP(minP)
            .typicalP(typicalP)
            .repetitionPenalty(repetitionPenalty)
            .frequencyPenalty(frequencyPenalty)
            .presencePenalty(presencePenalty)
            .penaltyWindow(penaltyWindow)
            .seed(seed())
            .stop(stop.toArray(String[]::new))
            .pastEnd(pastEnd);
    logitBias.forEach(options::logitBias);
    return options;
  }
}

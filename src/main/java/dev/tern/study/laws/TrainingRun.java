package dev.tern.study.laws;

/**
 * The result of one training run.
 *
 * @param parameters N
 * @param tokens D, seen in training
 * @param compute C, in FLOPs
 * @param loss in nats per token
 */
public record TrainingRun(double parameters, double tokens, double compute, double loss) {
  /** FLOPs of training per parameter and token: two forwards, four backwards. */
  public static final double TRAINING_FLOPS = 6;

  /** FLOPs of serving per parameter and token. */
  public static final double SERVING_FLOPS = 2;
}

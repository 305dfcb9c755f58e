package dev.tern.engine;

/** Receives logits while the engine holds them: they must be copied to be kept. */
@FunctionalInterface
public interface LogitsSink {
  /**
   * @param position of the token whose successor the logits predict
   * @param values the logits, from {@code at}, one per vocabulary entry
   */
  void accept(int position, float[] values, int at);
}

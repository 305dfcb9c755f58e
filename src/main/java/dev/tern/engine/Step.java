package dev.tern.engine;

/** One next token of a sequence and the logits after it. Reused from token to token. */
public final class Step {
  final Sequence sequence;
  final int[] token = new int[1];
  final float[] logits;
  boolean done;
  RuntimeException failure;

  /**
   * @param logits receives a value per vocabulary entry
   */
  public Step(Sequence sequence, float[] logits) {
    this.sequence = sequence;
    this.logits = logits;
  }

  public Step token(int id) {
    token[0] = id;
    done = false;
    failure = null;
    return this;
  }

  /** The logits after the token. */
  public float[] logits() {
    return logits;
  }
}

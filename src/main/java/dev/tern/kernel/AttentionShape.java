package dev.tern.kernel;

/**
 * The constants of an attention layer.
 *
 * @param heads query heads
 * @param kvHeads key/value heads; {@code heads / kvHeads} queries share one
 * @param keyWidth values per query and key head
 * @param valueWidth values per value head
 * @param scale factor on q·k
 * @param softCap scores become {@code cap·tanh(score/cap)}; 0 for none
 * @param sinkLogits a learned logit per query head that takes part in the softmax denominator only, or null
 */
public record AttentionShape(
    int heads, int kvHeads, int keyWidth, int valueWidth, float scale, float softCap, float[] sinkLogits) {

  public AttentionShape {
    if (kvHeads < 1 || heads < kvHeads || heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          "%d query heads with %d key/value heads: expected a multiple".formatted(heads, kvHeads));
    }
    if (softCap < 0 || sinkLogits != null && sinkLogits.length != heads) {
      throw new IllegalArgumentException(
          "soft cap %s, %s sink logits for %d heads"
              .formatted(softCap, sinkLogits == null ? "no" : sinkLogits.length, heads));
    }
  }

  /** Plain attention, scaled by 1/√keyWidth. */
  public static AttentionShape of(int heads, int kvHeads, int keyWidth, int valueWidth) {
    return new AttentionShape(heads, kvHeads, keyWidth, valueWidth, (float) (1 / Math.sqrt(keyWidth)), 0, null);
  }

  /** Query heads that share a key/value head. */
  public int group() {
    return heads / kvHeads;
  }
}

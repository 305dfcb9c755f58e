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
    int heads, int kvHeads, int keyWidth, int valueWidth, float scale, float softCap, float[] sinkLogits) {}

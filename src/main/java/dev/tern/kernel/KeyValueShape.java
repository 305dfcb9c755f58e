package dev.tern.kernel;

/**
 * What a store holds per position.
 *
 * @param kvHeads key/value heads
 * @param keyWidth values of a key head
 * @param valueWidth values of a value head
 * @param latent whether values are the first {@code valueWidth} entries of the keys and stored once: the compressed
 *     cache of multi-head latent attention (DeepSeek-V2, arXiv 2405.04434) in its absorbed form
 */
public record KeyValueShape(int kvHeads, int keyWidth, int valueWidth, boolean latent) {
  /** Widest head that is accepted. */
  public static final int MAX_WIDTH = 1024;

  public KeyValueShape {
    if (kvHeads < 1 || keyWidth < 1 || valueWidth < 1 || keyWidth > MAX_WIDTH || valueWidth > MAX_WIDTH) {
      throw new IllegalArgumentException(
          "key/value heads %d, widths %d and %d: expected at least 1 head and widths of 1 to %d"
              .formatted(kvHeads, keyWidth, valueWidth, MAX_WIDTH));
    }
    if (latent && valueWidth > keyWidth) {
      throw new IllegalArgumentException(
          "latent values of width %d do not fit keys of width %d".formatted(valueWidth, keyWidth));
    }
  }

  /** Separate keys and values. */
  public static KeyValueShape of(int kvHeads, int keyWidth, int valueWidth) {
    return new KeyValueShape(kvHeads, keyWidth, valueWidth, false);
  }

  /** One latent head whose values are the first {@code valueWidth} entries of its key. */
  public static KeyValueShape latent(int keyWidth, int valueWidth) {
    return new KeyValueShape(1, keyWidth, valueWidth, true);
  }
}

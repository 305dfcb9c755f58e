package dev.tern.study.synthetic;

import dev.tern.error.TernException;

/**
 * The widths of a token mixer.
 *
 * @param width of the residual stream
 * @param heads queries of softmax attention, states of linear attention
 * @param kvHeads heads of keys and values of softmax attention; of keys of the gated delta rule
 * @param headWidth values per head, and rows and columns of a state
 */
public record LayerShape(int width, int heads, int kvHeads, int headWidth) {
  public LayerShape {
    if (width < 1 || heads < 1 || kvHeads < 1 || headWidth < 1 || heads % kvHeads != 0) {
      throw new TernException(
          "shape: expected positive numbers and heads a multiple of kvHeads, found width %d, heads %d, kvHeads %d,"
                  .formatted(width, heads, kvHeads)
              + " headWidth %d".formatted(headWidth));
    }
  }

  /** Columns of all heads. */
  public int inner() {
    return heads * headWidth;
  }
}

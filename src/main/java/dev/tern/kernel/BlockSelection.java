package dev.tern.kernel;

/**
 * Which blocks of {@code size} keys a query looks at, besides the first block and its own: the {@code top} with the
 * greatest scores of their summaries. The choice is made anew for every query, and once for all the query heads that
 * share a key/value head, so that a chosen block is read once for all of them: the sum of their scores counts. Blocks
 * before a query's own are complete, so the choice depends on nothing but the query and what comes before it, however a
 * prompt is cut up.
 *
 * @param size positions of a block, a multiple of {@link KeyValueLayout#PANEL}
 * @param top blocks chosen by their scores
 * @param summary what is known of a block without reading it
 */
public record BlockSelection(int size, int top, Summary summary) {
  /** What stands for the keys of a block. */
  public enum Summary {
    /** Their mean; the score is its product with the query (MoBA, arXiv 2502.13189). */
    MEAN,
    /** Their bounds per column; the score is the greatest product that a key within may have (Quest, 2406.10774). */
    BOUNDS
  }

  public BlockSelection {
    if (size < 1 || size % KeyValueLayout.PANEL != 0) {
      throw new IllegalArgumentException(
          "blocks of %d keys: expected a multiple of %d".formatted(size, KeyValueLayout.PANEL));
    }
    if (top < 1) {
      throw new IllegalArgumentException("the top %d blocks: expected at least 1".formatted(top));
    }
  }

  /** The block that a position belongs to. */
  public int blockOf(int position) {
    return position / size;
  }

  /** Whether a query at {@code position} sees every block, so that there is nothing to choose. */
  public boolean seesAll(int position) {
    return blockOf(position) <= top + 1L;
  }
}

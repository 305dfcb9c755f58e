package dev.tern.kernel.simd;

import static dev.tern.kernel.KeyValueLayout.PAGE;
import static dev.tern.kernel.KeyValueLayout.PANEL;
import static dev.tern.kernel.simd.AttentionPlan.BLOCK;
import static dev.tern.kernel.simd.PanelProduct.ROWS;

import java.util.Arrays;

/** What the rows of a block see of a page: per row, and per tile of rows, a bit for each of the page's four panels. */
final class Visibility {
  /** All panels of a page. */
  static final int ALL = (1 << PAGE / PANEL) - 1;

  final int[] tiles = new int[BLOCK / ROWS];

  private final int[] tileEnds = new int[BLOCK / ROWS];

  private final int[] panels = new int[BLOCK];
  private final int[] from = new int[BLOCK];
  private final int[] to = new int[BLOCK];
  private final int[] sinks = new int[BLOCK];
  private AttentionPlan plan;
  private int kvHead;
  private int firstRow;
  private int rows;
  private int page;
  private boolean whole;

  /** Starts on the rows of a block. */
  void begin(AttentionPlan plan, int kvHead, int firstRow, int rows) {
    this.plan = plan;
    this.kvHead = kvHead;
    this.firstRow = firstRow;
    this.rows = rows;
    for (int r = 0; r < rows; r++) {
      int position = plan.positionOf(firstRow + r);
      from[r] = plan.mask.from(position);
      to[r] = plan.mask.to(position, plan.store.length());
      sinks[r] = plan.mask.sinksTo(position);
      tileEnds[r / ROWS] = to[r];
    }
  }

  /** Looks at a page; returns the panels that any row sees. */
  int look(int page) {
    this.page = page;
    whole = plan.choice == null && from[rows - 1] <= page * PAGE && to[0] >= (page + 1) * PAGE;
    if (whole) {
      Arrays.fill(tiles, ALL);
      return ALL;
    }
    Arrays.fill(tiles, 0);
    int union = 0;
    for (int r = 0; r < rows; r++) {
      int start = page * PAGE;
      int range = bits(from[r] - start, to[r] - start) | bits(0, sinks[r] - start);
      panels[r] = range & plan.chosenPanelsOfRow(kvHead, firstRow + r, page);
      tiles[r / ROWS] |= panels[r];
      union |= panels[r];
    }
    return union;
  }

  /** Bits of the panels that overlap {@code [from, to)}. */
  private static int bits(int from, int to) {
    int first = Math.max(0, from) / PANEL;
    int end = Math.ceilDiv(Math.clamp(to, 0, PAGE), PANEL);
    return first >= end ? 0 : (1 << end) - (1 << first);
  }

  /** End of what the last row of a tile sees of the page: what lies beyond may be stale. */
  int end(int tile) {
    return tileEnds[tile] - page * PAGE;
  }

  /** Whether the row sees anything of the page. */
  boolean sees(int row) {
    return whole || panels[row] != 0;
  }

  /** Sets the scores that a row does not see to minus infinity. */
  void hide(int row, float[] scores, int at) {
    if (whole) {
      return;
    }
    int start = page * PAGE;
    int sinksEnd = Math.clamp(sinks[row] - start, 0, PAGE);
    int rangeStart = Math.clamp(from[row] - start, sinksEnd, PAGE);
    int rangeEnd = Math.clamp(to[row] - start, rangeStart, PAGE);
    Arrays.fill(scores, at + sinksEnd, at + rangeStart, Float.NEGATIVE_INFINITY);
    Arrays.fill(scores, at + rangeEnd, at + PAGE, Float.NEGATIVE_INFINITY);
    for (int bits = ALL & ~panels[row]; bits != 0; bits &= bits - 1) {
      int panel = Integer.numberOfTrailingZeros(bits);
      Arrays.fill(scores, at + panel * PANEL, at + (panel + 1) * PANEL, Float.NEGATIVE_INFINITY);
    }
  }
}

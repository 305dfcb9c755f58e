package dev.tern.kernel.simd;

import static dev.tern.kernel.KeyValueLayout.PAGE;
import static dev.tern.kernel.KeyValueLayout.PANEL;
import static dev.tern.kernel.simd.AttentionPlan.SEGMENT_PAGES;

import dev.tern.kernel.BlockIndex;
import dev.tern.kernel.BlockSelection;
import dev.tern.kernel.KvType;
import java.util.Arrays;

/**
 * Which panels of keys the queries of a call look at, per query and key/value head: four bits for the panels of each
 * page. Queries are scored against the index of blocks by products like those with keys.
 */
final class BlockChoice {
  /** Queries scored together. */
  private static final int ROWS = 64;

  private AttentionPlan plan;
  private BlockSelection selection;
  private BlockIndex index;

  /** Pages of the segments that a query may see. */
  private int pages;

  private int queries;

  /** Per key/value head, query and page. */
  private byte[] panels = new byte[0];

  /** What one worker computes with. */
  static final class Scratch {
    private final PanelProduct product = new PanelProduct();
    private final TopBlocks top = new TopBlocks();
    private float[] queries = new float[0];
    private float[] scores = new float[0];

    /** Floats from one row of scores to the next. */
    private int stride;
  }

  /** Prepares for the queries of a plan; false if they look at every block. */
  boolean begin(AttentionPlan plan) {
    this.plan = plan;
    selection = plan.mask.blocks();
    index = plan.store.index();
    if (selection == null || selection.seesAll(plan.lastPosition())) {
      return false;
    }
    queries = plan.queries();
    pages = Math.ceilDiv(plan.lastPosition() + 1, PAGE * SEGMENT_PAGES) * SEGMENT_PAGES;
    int size = Math.multiplyExact(Math.multiplyExact(plan.shape.kvHeads(), queries), pages);
    if (panels.length < size) {
      panels = new byte[Math.max(size, 2 * panels.length)];
    }
    return true;
  }

  /** Parts that {@link #choose} can be shared out in. */
  int items() {
    return plan.shape.kvHeads() * Math.ceilDiv(queries, ROWS);
  }

  /** Chooses for the queries of some items. */
  void choose(int from, int to, Scratch scratch) {
    int perHead = Math.ceilDiv(queries, ROWS);
    for (int item = from; item < to; item++) {
      int first = item % perHead * ROWS;
      int count = Math.min(ROWS, queries - first);
      int head = item / perHead;
      score(head, first, count, scratch);
      for (int query = first; query < first + count; query++) {
        mark(head, query, (query - first) * scratch.stride, scratch);
      }
    }
  }

  private int ownBlock(int query) {
    return selection.blockOf(plan.position + query);
  }

  /** Scores {@code [count, stride]} of the blocks before the last query's own. */
  private void score(int head, int first, int count, Scratch scratch) {
    int width = index.width();
    int stride = Math.ceilDiv(ownBlock(first + count - 1), PANEL) * PANEL;
    scratch.stride = stride;
    scratch.queries = reserve(scratch.queries, count * width);
    scratch.scores = reserve(scratch.scores, count * stride);
    for (int r = 0; r < count; r++) {
      int from = plan.q.offset(plan.row + first + r) + head * plan.shape.group() * plan.shape.keyWidth();
      index.join(plan.q.data(), from, plan.shape.group(), scratch.queries, r * width);
    }
    PanelProduct product = scratch.product;
    product.type = KvType.F32;
    product.steps = width;
    product.at = index.panel(head);
    product.a = scratch.queries;
    product.aAt = 0;
    product.aStride = width;
    product.start = PageScratch.ZEROS;
    product.c = scratch.scores;
    product.cStride = stride;
    for (int page = 0; page * PANEL < stride; page++) {
      product.panel = index.page(page);
      product.cAt = page * PANEL;
      product.run(count);
    }
  }

  private static float[] reserve(float[] array, int size) {
    return array.length < size ? new float[Math.max(size, 2 * array.length)] : array;
  }

  /** Marks the first block, the query's own and the best between. */
  private void mark(int head, int query, int scoresAt, Scratch scratch) {
    int at = at(head, query);
    Arrays.fill(panels, at, at + pages, (byte) 0);
    int own = ownBlock(query);
    if (selection.seesAll(plan.position + query)) {
      Arrays.fill(panels, at, at + pages, (byte) Visibility.ALL);
      return;
    }
    scratch.top.choose(scratch.scores, scoresAt, own, selection.top());
    markBlock(at, 0);
    markBlock(at, own);
    for (int i = 0; i < selection.top(); i++) {
      markBlock(at, scratch.top.block(i));
    }
  }

  private int at(int head, int query) {
    return (head * queries + query) * pages;
  }

  private void markBlock(int at, int block) {
    int perBlock = selection.size() / PANEL;
    int end = Math.min((block + 1) * perBlock, pages * (PAGE / PANEL));
    for (int panel = block * perBlock; panel < end; panel++) {
      panels[at + panel / (PAGE / PANEL)] |= (byte) (1 << panel % (PAGE / PANEL));
    }
  }

  /** The panels of a page that a query looks at. */
  int panels(int head, int query, int page) {
    return panels[at(head, query) + page];
  }

  /** The panels of a page that any of the queries {@code first … last} looks at. */
  int panels(int head, int first, int last, int page) {
    int union = 0;
    for (int query = first; query <= last; query++) {
      union |= panels[at(head, query) + page];
    }
    return union;
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.KeyValueLayout.PAGE;
import static dev.tern.kernel.KeyValueLayout.PANEL;
import static dev.tern.kernel.simd.AttentionPlan.BLOCK;
import static dev.tern.kernel.simd.PanelProduct.ROWS;

import dev.tern.kernel.scalar.PlainMath;
import java.util.Arrays;

/** A block of rows of a key/value head on its way through the pages. Reused. */
final class RowBlock {
  private final SoftmaxState part = new SoftmaxState();
  private final SoftmaxState total = new SoftmaxState();
  private final Visibility visible = new Visibility();
  private float[] queries = new float[0];
  private int queryStride;
  private AttentionPlan plan;
  private int unit;
  private int head;
  private int firstRow;
  private int rows;
  private boolean begun;

  /** Forgets the queries of an earlier call. */
  void close() {
    begun = false;
  }

  /** Starts on a unit of work with its queries, unless that is done. */
  void begin(AttentionPlan plan, int unit, PageScratch scratch) {
    if (!begun) {
      open(plan, unit);
      loadQueries(scratch);
      begun = true;
    }
  }

  /** Starts on a unit of work with empty results and no queries, to merge and finish. */
  void open(AttentionPlan plan, int unit) {
    this.plan = plan;
    this.unit = unit;
    this.head = unit / plan.blocks;
    this.firstRow = unit % plan.blocks * BLOCK;
    this.rows = plan.rowsOf(unit % plan.blocks);
    part.reserve(rows, plan.valueStride());
    part.clear(rows);
    total.reserve(rows, plan.valueStride());
    total.clear(rows);
  }

  /**
   * Copies the queries of the rows, scaled and if need be rotated, with zeros up to a multiple of four columns, and
   * finds out what they see.
   */
  private void loadQueries(PageScratch scratch) {
    int width = plan.shape.keyWidth();
    queryStride = (width + 3) & ~3;
    if (queries.length < rows * queryStride) {
      queries = new float[rows * queryStride];
    }
    scratch.reserveScores(rows);
    for (int r = 0; r < rows; r++) {
      int to = r * queryStride;
      int from = plan.q.offset(plan.activationOf(firstRow + r)) + plan.headOf(head, firstRow + r) * width;
      for (int i = 0; i < width; i++) {
        queries[to + i] = plan.q.data()[from + i] * plan.queryFactor;
      }
      Arrays.fill(queries, to + width, to + queryStride, 0);
      plan.store.codec().rotateKey(queries, to, scratch.vector);
    }
    visible.begin(plan, head, firstRow, rows);
  }

  int firstRow() {
    return firstRow;
  }

  int lastRow() {
    return firstRow + rows - 1;
  }

  /** Adds what the rows see of a page to the partial result. */
  void meet(int page, PageScratch scratch) {
    int union = plan.chosenPanels(unit, page) == 0 ? 0 : visible.look(page);
    if (union != 0) {
      score(page, union, scratch);
      weigh(page, scratch);
      sumValues(page, scratch);
    }
  }

  /** Raw scores; each panel of 32 positions is met by all tiles that see it while it is in the cache. */
  private void score(int page, int union, PageScratch scratch) {
    PanelProduct product = scratch.product;
    product.type = plan.keyType();
    product.steps = plan.shape.keyWidth();
    product.a = queries;
    product.aStride = queryStride;
    product.start = PageScratch.ZEROS;
    product.startAt = 0;
    product.startStride = 0;
    product.c = scratch.scores;
    product.cStride = PAGE;
    for (int bits = union; bits != 0; bits &= bits - 1) {
      int panel = Integer.numberOfTrailingZeros(bits);
      if (plan.store.shape().latent()) {
        product.panel = scratch.latent.load(plan.store, page, panel * PANEL);
        product.at = 0;
      } else {
        product.panel = plan.store.page(page);
        product.at = plan.store.layout().keyPanel(head, panel * PANEL);
      }
      for (int tile = 0; tile * ROWS < rows; tile++) {
        if ((visible.tiles[tile] >> panel & 1) != 0) {
          product.aAt = tile * ROWS * queryStride;
          product.cAt = tile * ROWS * PAGE + panel * PANEL;
          product.run(rowsOf(tile));
        }
      }
    }
  }

  private int rowsOf(int tile) {
    return Math.min(ROWS, rows - tile * ROWS);
  }

  /** Turns scores into weights. */
  private void weigh(int page, PageScratch scratch) {
    float[] keyScales = scratch.keyScales(plan, page, head);
    float[] valueScales = scratch.valueScales(plan, page, head);
    for (int r = 0; r < rows; r++) {
      softmax(r, scratch.scores, keyScales, valueScales);
    }
  }

  /** Turns the scores of a row into weights relative to its greatest score so far. */
  private void softmax(int r, float[] scores, float[] keyScales, float[] valueScales) {
    int at = r * PAGE;
    if (!visible.sees(r)) {
      Arrays.fill(scores, at, at + PAGE, 0);
      return;
    }
    float[] scales = keyScales;
    if (plan.shape.softCap() > 0) {
      SoftmaxKernels.softCap(scores, at, keyScales, plan.capFactor());
      scales = PageScratch.ONES;
    }
    visible.hide(r, scores, at);
    part.raise(r, SoftmaxKernels.scale(scores, at, scales));
    SoftmaxKernels.weigh(scores, at, part.max[r], valueScales, part.sums, r * SoftmaxState.LANES);
  }

  /** Weighted sums of values: each panel of 32 columns is met by all tiles while it is in the cache. */
  private void sumValues(int page, PageScratch scratch) {
    PanelProduct product = scratch.product;
    product.type = plan.store.type();
    product.panel = plan.store.page(page);
    product.a = scratch.scores;
    product.aStride = PAGE;
    product.start = part.values;
    product.startStride = part.width;
    product.c = part.values;
    product.cStride = part.width;
    for (int group = 0; group * PANEL < part.width; group++) {
      long panel = plan.store.layout().valuePanel(head, group);
      for (int tile = 0; tile * ROWS < rows; tile++) {
        product.cAt = tile * ROWS * part.width + group * PANEL;
        product.startAt = product.cAt;
        sumTile(panel, tile, product);
      }
    }
  }

  /** Runs of neighbouring panels of positions, up to the last position that the tile sees. */
  private void sumTile(long panel, int tile, PanelProduct product) {
    int bits = visible.tiles[tile];
    while (bits != 0) {
      int first = Integer.numberOfTrailingZeros(bits);
      int count = Integer.numberOfTrailingZeros(~(bits >> first));
      int slot = first * PANEL;
      product.steps = Math.min(count * PANEL, visible.end(tile) - slot);
      product.at = panel + (long) slot * plan.store.layout().stepBytes();
      product.aAt = tile * ROWS * PAGE + slot;
      product.run(rowsOf(tile));
      bits &= -1 << first + count;
    }
  }

  /** Adds the partial result to the total and starts another. */
  void endSegment() {
    for (int r = 0; r < rows; r++) {
      total.merge(r, part, r);
    }
    part.clear(rows);
  }

  /** Moves the partial result to a slot of others and starts another. */
  void endSegment(SoftmaxState partial, int slot) {
    part.copyTo(partial, slot, rows);
    part.clear(rows);
  }

  /** Adds a partial result of another worker to the total. */
  void merge(SoftmaxState partial, int slot) {
    for (int r = 0; r < rows; r++) {
      total.merge(r, partial, slot + r);
    }
  }

  /** Writes the result of the rows to the output. */
  void finish(PageScratch scratch) {
    int width = plan.shape.valueWidth();
    for (int r = 0; r < rows; r++) {
      int headOfRow = plan.headOf(head, firstRow + r);
      float factor = PanelProduct.factor(plan.store.type()) / denominator(r, headOfRow);
      int to = plan.out.offset(plan.activationOf(firstRow + r)) + headOfRow * width;
      float[] out = plan.out.data();
      for (int i = 0; i < width; i++) {
        out[to + i] = total.values[r * total.width + i] * factor;
      }
      plan.store.codec().restoreValue(out, to, scratch.vector);
    }
  }

  /** The sum of weights; a learned sink takes part in it and in nothing else. */
  private float denominator(int r, int headOfRow) {
    if (plan.shape.sinkLogits() == null) {
      return total.sum(r);
    }
    float sink = plan.sink(headOfRow);
    total.raise(r, sink);
    return total.sum(r) + PlainMath.exp2(sink - total.max[r]);
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.KeyValueLayout.PAGE;

import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.KeyValueLayout;
import dev.tern.kernel.KvType;
import dev.tern.kernel.PagedStore;
import dev.tern.tensor.Activations;

/**
 * The operands of a call and how it is cut up. The query heads of all queries that share a key/value head are
 * <em>rows</em>, query after query, computed together in <em>blocks</em> of {@link #BLOCK}. A block meets the keys page
 * by page; the pages of a <em>segment</em> give a partial result, and partial results are merged in order. Pages and
 * segments count from position 0, so a row's result depends neither on the rows beside it nor on how threads share the
 * work.
 */
final class AttentionPlan {
  /** Rows computed together at most. */
  static final int BLOCK = 64;

  /** Pages of a segment: partial results cost time, but long contexts must make enough segments to share out. */
  static final int SEGMENT_PAGES = 4;

  private static final int SEGMENT = SEGMENT_PAGES * PAGE;
  private static final float LOG2_E = 1.44269504f;

  AttentionShape shape;
  AttentionMask mask;
  PagedStore store;
  Activations q;
  Activations out;
  int row;
  int position;

  /** Rows of a key/value head in this call. */
  int rows;

  /** Row blocks of a key/value head. */
  int blocks;

  /** Which panels of keys queries look at; null for all. */
  BlockChoice choice;

  /** What queries are multiplied by, so that scores are logarithms to base 2 (or the argument of the soft cap). */
  float queryFactor;

  void set(AttentionShape shape, AttentionMask mask, PagedStore store, Activations q, Activations out) {
    this.shape = shape;
    this.mask = mask;
    this.store = store;
    this.q = q;
    this.out = out;
    float scale = shape.softCap() > 0 ? shape.scale() / shape.softCap() : shape.scale() * LOG2_E;
    this.queryFactor = scale * PanelProduct.factor(keyType());
  }

  void setRows(int row, int count, int position) {
    this.row = row;
    this.position = position;
    this.rows = Math.multiplyExact(count, shape.group());
    this.blocks = Math.ceilDiv(rows, BLOCK);
  }

  /** Values of a row, padded to whole panels. */
  int valueStride() {
    return KeyValueLayout.groups(shape.valueWidth()) * KeyValueLayout.PANEL;
  }

  /** The format in which products meet the keys: latent keys are turned into panels of floats. */
  KvType keyType() {
    return store.shape().latent() ? KvType.F32 : store.type();
  }

  /** What capped scores are multiplied by. */
  float capFactor() {
    return shape.softCap() * LOG2_E;
  }

  /** The learned sink of a head to base 2. */
  float sink(int head) {
    return shape.sinkLogits()[head] * LOG2_E;
  }

  /** Units of work: the blocks of all key/value heads. */
  int units() {
    return shape.kvHeads() * blocks;
  }

  int queries() {
    return rows / shape.group();
  }

  /** Position of the last query. */
  int lastPosition() {
    return positionOf(rows - 1);
  }

  int rowsOf(int block) {
    return Math.min(BLOCK, rows - block * BLOCK);
  }

  /** The row of activations that a row belongs to. */
  int activationOf(int row) {
    return this.row + row / shape.group();
  }

  /** The query head of a row. */
  int headOf(int kvHead, int row) {
    return kvHead * shape.group() + row % shape.group();
  }

  /** Position of the query that a row belongs to. */
  int positionOf(int row) {
    return position + row / shape.group();
  }

  /** Segments of which some row from {@code first} to {@code last} may see something; {@link #segment} numbers them. */
  int segments(int first, int last) {
    int sinks = Math.ceilDiv(mask.sinksTo(positionOf(last)), SEGMENT);
    int end = Math.ceilDiv(mask.to(positionOf(last), store.length()), SEGMENT);
    return sinks + Math.max(0, end - Math.max(sinks, mask.from(positionOf(first)) / SEGMENT));
  }

  /** The segment of an index below {@link #segments}: those with sinks come first, then those of the range. */
  int segment(int first, int last, int index) {
    int sinks = Math.ceilDiv(mask.sinksTo(positionOf(last)), SEGMENT);
    return index < sinks ? index : Math.max(sinks, mask.from(positionOf(first)) / SEGMENT) + index - sinks;
  }

  /** Pages of a segment that are there. */
  int pages(int segment) {
    return Math.min(SEGMENT_PAGES, Math.ceilDiv(store.length(), PAGE) - segment * SEGMENT_PAGES);
  }

  /** The panels of a page that any row of a block may look at, as far as it is a matter of choice. */
  int chosenPanels(int unit, int page) {
    if (choice == null) {
      return Visibility.ALL;
    }
    int first = unit % blocks * BLOCK;
    int last = first + rowsOf(unit % blocks) - 1;
    return choice.panels(unit / blocks, first / shape.group(), last / shape.group(), page);
  }

  /** The panels of a page that a row looks at, as far as it is a matter of choice. */
  int chosenPanelsOfRow(int kvHead, int row, int page) {
    return choice == null ? Visibility.ALL : choice.panels(kvHead, row / shape.group(), page);
  }

  /** About how many panels of a segment a unit of work reads. */
  int panels(int unit, int segment) {
    int pages = pages(segment);
    if (choice == null) {
      return pages * (PAGE / KeyValueLayout.PANEL);
    }
    int panels = 0;
    for (int page = segment * SEGMENT_PAGES; page < segment * SEGMENT_PAGES + pages; page++) {
      panels += Integer.bitCount(chosenPanels(unit, page));
    }
    return panels;
  }
}

package dev.tern.kernel.simd;

import static dev.tern.kernel.KeyValueLayout.PANEL;

import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.KeyValueLayout;
import dev.tern.kernel.KvType;
import dev.tern.kernel.PagedStore;
import dev.tern.tensor.Activations;

/**
 * The operands of a call and how it is cut up. The query heads of all queries that share a key/value head are
 * <em>rows</em>, query after query; {@link #BLOCK} rows are computed together. Keys are taken in <em>segments</em> of
 * {@link #SEGMENT} positions, counted from position 0: each gives a partial result, and partial results are merged in
 * order. So a row's result depends neither on the rows beside it nor on how threads share the work.
 */
final class AttentionPlan {
  /** Rows computed together at most. */
  static final int BLOCK = 64;

  /** Positions of a segment. */
  static final int SEGMENT = 4 * KeyValueLayout.PAGE;

  private static final float LOG2_E = 1.44269504f;

  AttentionShape shape;
  AttentionMask mask;
  PagedStore store;
  Activations q;
  Activations out;
  int row;
  int position;
  int count;
  int group;

  /** Rows of a key/value head in this call. */
  int rows;

  /** Row blocks of a key/value head. */
  int blocks;

  /** What queries are multiplied by, so that scores are logarithms to base 2 (or the argument of the soft cap). */
  float queryFactor;

  void set(AttentionShape shape, AttentionMask mask, PagedStore store, Activations q, Activations out) {
    this.shape = shape;
    this.mask = mask;
    this.store = store;
    this.q = q;
    this.out = out;
    this.group = shape.group();
    float scale = shape.softCap() > 0 ? shape.scale() / shape.softCap() : shape.scale() * LOG2_E;
    this.queryFactor = scale * PanelProduct.factor(keyType());
  }

  void setRows(int row, int count, int position) {
    this.row = row;
    this.count = count;
    this.position = position;
    this.rows = Math.multiplyExact(count, group);
    this.blocks = Math.ceilDiv(rows, BLOCK);
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

  int rowsOf(int block) {
    return Math.min(BLOCK, rows - block * BLOCK);
  }

  /** Position of the query that row {@code row} belongs to. */
  int positionOf(int row) {
    return position + row / group;
  }

  /** The most segments that a block of rows may see. */
  int mostSegments() {
    int most = 0;
    for (int block = 0; block < blocks; block++) {
      most = Math.max(most, segments(block));
    }
    return most;
  }

  /** Segments that some row of a block may see; {@link #segment} numbers them. */
  int segments(int block) {
    int first = positionOf(block * BLOCK);
    int last = positionOf(block * BLOCK + rowsOf(block) - 1);
    int sinks = Math.ceilDiv(mask.sinksTo(last), SEGMENT);
    int end = Math.ceilDiv(mask.to(last, store.length()), SEGMENT);
    return sinks + Math.max(0, end - Math.max(sinks, mask.from(first) / SEGMENT));
  }

  /** The segment of an index below {@link #segments}: those with sinks come first, then those of the range. */
  int segment(int block, int index) {
    int last = positionOf(block * BLOCK + rowsOf(block) - 1);
    int sinks = Math.ceilDiv(mask.sinksTo(last), SEGMENT);
    return index < sinks ? index : Math.max(sinks, mask.from(positionOf(block * BLOCK)) / SEGMENT) + index - sinks;
  }

  /** The panels of a segment, a bit each, of which a query at {@code position} sees something. */
  int panels(int position, int segment) {
    int start = segment * SEGMENT;
    int range = bits(mask.from(position) - start, mask.to(position, store.length()) - start);
    return range | bits(0, mask.sinksTo(position) - start);
  }

  /** Bits of the panels that overlap {@code [from, to)}. */
  private static int bits(int from, int to) {
    int first = Math.max(0, from) / PANEL;
    int end = Math.ceilDiv(Math.clamp(to, 0, SEGMENT), PANEL);
    return first >= end ? 0 : (1 << end) - (1 << first);
  }
}

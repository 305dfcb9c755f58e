package dev.tern.architecture;

import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionShape;
import dev.tern.layer.Attention;
import dev.tern.layer.Linear;
import dev.tern.layer.RotaryTable;

/**
 * Softmax attention from the usual tensors ({@code attn_q}, {@code attn_k}, …), with what differs named by the family.
 */
final class AttentionBuilder {
  private final Parts parts;
  private final Layer layer;
  private final int heads;
  private final int kvHeads;
  private RotaryTable rope;
  private AttentionMask mask = AttentionMask.CAUSAL;
  private float scale;
  private float softCap;
  private float[] sinks;
  private boolean gated;

  AttentionBuilder(Parts parts, Layer layer) {
    this.parts = parts;
    this.layer = layer;
    heads = parts.config.count("attention.head_count", layer);
    kvHeads =
        parts.config.has("attention.head_count_kv") ? parts.config.count("attention.head_count_kv", layer) : heads;
    scale = (float) (1 / Math.sqrt(parts.config.keyWidth()));
  }

  /** Rotates queries and keys; null for none. */
  AttentionBuilder rope(RotaryTable table) {
    rope = table;
    return this;
  }

  AttentionBuilder mask(AttentionMask mask) {
    this.mask = mask;
    return this;
  }

  /** Only the last {@code size} positions are visible; 0 for all. */
  AttentionBuilder window(int size) {
    return size == 0 ? this : mask(new AttentionMask(AttentionMask.Kind.WINDOW, size, 0));
  }

  /** Factor on q·k instead of 1/√width. */
  AttentionBuilder scale(float scale) {
    this.scale = scale;
    return this;
  }

  AttentionBuilder softCap(float cap) {
    softCap = cap;
    return this;
  }

  /** A learned logit per head that only takes part in the softmax denominator. */
  AttentionBuilder sinks(float[] logits) {
    sinks = logits;
    return this;
  }

  /** {@code attn_q} holds, for each head, the rows of the query and then those of an output gate. */
  AttentionBuilder gated() {
    gated = true;
    return this;
  }

  Attention build() {
    AttentionShape shape = parts.shape(heads, kvHeads, scale, softCap, sinks);
    AttentionMask effective = parts.mask(mask);
    Attention.Norms norms =
        new Attention.Norms(
            parts.headNorm(layer.name("attn_q_norm"), heads), parts.headNorm(layer.name("attn_k_norm"), kvHeads));
    return new Attention(projections(shape), norms, rope, shape, effective, parts.cacheSlot(shape, effective));
  }

  private Attention.Projections projections(AttentionShape shape) {
    Linear output = parts.tensors.linear(layer.name("attn_output"));
    int queries = heads * shape.keyWidth();
    int keys = kvHeads * shape.keyWidth();
    int values = kvHeads * shape.valueWidth();
    String fused = layer.name("attn_qkv");
    if (parts.tensors.has(fused)) {
      return new Attention.Projections(
          parts.tensors.slice(fused, ".q", 0, queries),
          parts.tensors.slice(fused, ".k", queries, keys),
          parts.tensors.slice(fused, ".v", queries + keys, values),
          null,
          output);
    }
    int width = parts.config.width();
    Linear k = parts.tensors.linear(layer.name("attn_k"), keys, width);
    Linear v = parts.tensors.linear(layer.name("attn_v"), values, width);
    if (gated) {
      String q = layer.name("attn_q");
      return new Attention.Projections(
          parts.tensors.gather(q, ".query", headHalves(shape.keyWidth(), 0)),
          k,
          v,
          parts.tensors.gather(q, ".gate", headHalves(shape.keyWidth(), 1)),
          output);
    }
    return new Attention.Projections(parts.tensors.linear(layer.name("attn_q"), queries, width), k, v, null, output);
  }

  /** The rows of one half of every head where heads are 2 · width rows. */
  private int[] headHalves(int width, int half) {
    int[] rows = new int[heads * width];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (i / width) * 2 * width + half * width + i % width;
    }
    return rows;
  }
}

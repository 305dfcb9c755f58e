package dev.tern.layer;

import dev.tern.kernel.Activation;
import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.KeyValueShape;
import dev.tern.tensor.Activations;

/**
 * Multi-head softmax attention with grouped key/value heads over a cache of keys and values.
 *
 * @param norms of queries and keys, before the rotation
 * @param rope null where positions are not rotated
 * @param slot of the key–value cache
 */
public record Attention(
    Projections projections, Norms norms, RotaryTable rope, AttentionShape shape, AttentionMask mask, int slot)
    implements TokenMixer {

  /**
   * @param gate null, or a projection whose sigmoid scales the attention output before {@code output}
   */
  public record Projections(Linear q, Linear k, Linear v, Linear gate, Linear output) {}

  /** Norms of queries and keys; null for none. */
  public record Norms(Norm q, Norm k) {
    public static final Norms NONE = new Norms(null, null);
  }

  /** An empty cache for such a layer. */
  public static State cache(AttentionShape shape, AttentionMask mask, StateOptions options) {
    return KvCache.of(KeyValueShape.of(shape.kvHeads(), shape.keyWidth(), shape.valueWidth()), mask, options);
  }

  @Override
  public String label() {
    return "attention " + shape.heads() + "/" + shape.kvHeads() + "×" + shape.keyWidth() + mask.label();
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    Workspace workspace = pass.workspace();
    int mark = workspace.mark();
    Activations q = workspace.rows();
    Activations k = workspace.rows();
    Activations v = workspace.rows();
    Activations gate = projections.gate == null ? null : workspace.rows();
    project(pass, in, q, k, v, gate);
    Activations attended = workspace.rows(in.rows(), shape.heads() * shape.valueWidth());
    attend(pass, q, k, v, attended);
    if (gate != null) {
      pass.kernels().vector().gate(Activation.SIGMOID, gate, attended, attended);
    }
    pass.project(attended, projections.output, out);
    workspace.release(mark);
  }

  private void project(Pass pass, Activations in, Activations q, Activations k, Activations v, Activations gate) {
    Projection projection =
        pass.project(in).through(projections.q, q).through(projections.k, k).through(projections.v, v);
    if (gate != null) {
      projection.through(projections.gate, gate);
    }
    projection.run();
    if (norms.q != null) {
      norms.q.apply(pass, q, q);
    }
    if (norms.k != null) {
      norms.k.apply(pass, k, k);
    }
    if (rope != null) {
      rope.rotate(pass, q, shape.heads());
      rope.rotate(pass, k, shape.kvHeads());
    }
  }

  private void attend(Pass pass, Activations q, Activations k, Activations v, Activations out) {
    Batch batch = pass.batch();
    for (int i = 0; i < batch.spanCount(); i++) {
      Span span = batch.span(i);
      KvCache cache = (KvCache) span.states()[slot];
      cache.store().append(k, v, span.row(), span.count());
      pass.kernels().attention().attend(shape, mask, cache.store(), q, span.row(), span.count(), span.position(), out);
    }
  }
}

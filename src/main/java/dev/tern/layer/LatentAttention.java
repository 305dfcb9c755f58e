package dev.tern.layer;

import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.KeyValueShape;
import dev.tern.tensor.Activations;

/**
 * Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434) in its absorbed form: keys and values of all heads are
 * linear in one latent vector per position, so that vector is cached, queries are carried into its space and the
 * attended latents out of it.
 *
 * @param rope of the rotated part, or null
 * @param shape as {@link Widths#shape} gives it
 * @param slot of the latent cache
 */
public record LatentAttention(
    Projections projections, Widths widths, RotaryTable rope, AttentionShape shape, AttentionMask mask, int slot)
    implements TokenMixer {

  /**
   * @param qDown null where queries have no low-rank form
   * @param qNorm norm between the two, or null
   * @param q to {@code heads · (plain + rotated)}
   * @param kvDown to {@code latent + rotated}
   * @param keys per head {@code [latent, plain]}
   * @param values per head {@code [value, latent]}
   */
  public record Projections(
      Linear qDown, Norm qNorm, Linear q, Linear kvDown, Norm kvNorm, Linear[] keys, Linear[] values, Linear output) {}

  /**
   * @param plain values of a query head that are not rotated
   * @param rotated values of a query head that are
   * @param latent values of the shared latent vector
   * @param value values of a value head
   */
  public record Widths(int heads, int plain, int rotated, int latent, int value) {
    /** One head of latents that all query heads share; {@code scale} is a factor on the scores. */
    public AttentionShape shape(float scale) {
      return new AttentionShape(heads, 1, latent + rotated, latent, scale, 0, null);
    }

    /** An empty cache. */
    public State cache(AttentionMask mask, StateOptions options) {
      return KvCache.of(KeyValueShape.latent(latent + rotated, latent), mask, options);
    }
  }

  @Override
  public String label() {
    return "latent attention %d×(%d+%d), latent %d%s"
        .formatted(widths.heads, widths.plain, widths.rotated, widths.latent, mask.label());
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    Workspace workspace = pass.workspace();
    int mark = workspace.mark();
    int rows = in.rows();
    Activations keys = latents(pass, in);
    Activations queries = queries(pass, in);
    Activations attended = workspace.rows(rows, widths.heads * widths.latent);
    attend(pass, queries, keys, attended);
    Activations perHead = workspace.rows(widths.heads * rows, widths.latent);
    Heads.toHeadRows(attended, widths.heads, 0, perHead);
    Activations values = workspace.rows(widths.heads * rows, widths.value);
    perHead(pass, projections.values, perHead, values, rows);
    Activations joined = workspace.rows(rows, widths.heads * widths.value);
    Heads.fromHeadRows(values, widths.heads, joined, 0);
    pass.project(joined, projections.output, out);
    workspace.release(mark);
  }

  /** What is cached: the normed latent, then the rotated key {@code [rows, latent + rotated]}. */
  private Activations latents(Pass pass, Activations in) {
    Activations keys = pass.workspace().rows();
    pass.project(in, projections.kvDown, keys);
    int mark = pass.workspace().mark();
    Activations latent = pass.workspace().rows(in.rows(), widths.latent);
    Heads.copyColumns(keys, 0, latent, 0, widths.latent);
    projections.kvNorm.apply(pass, latent, latent);
    Heads.copyColumns(latent, 0, keys, 0, widths.latent);
    if (rope != null) {
      Activations rotated = pass.workspace().rows(in.rows(), widths.rotated);
      Heads.copyColumns(keys, widths.latent, rotated, 0, widths.rotated);
      rope.rotate(pass, rotated, 1);
      Heads.copyColumns(rotated, 0, keys, widths.latent, widths.rotated);
    }
    pass.workspace().release(mark);
    return keys;
  }

  /** Queries in latent space {@code [rows, heads · (latent + rotated)]}. */
  private Activations queries(Pass pass, Activations in) {
    int rows = in.rows();
    Workspace workspace = pass.workspace();
    Activations queries = workspace.rows(rows, widths.heads * (widths.latent + widths.rotated));
    int mark = workspace.mark();
    Activations q = workspace.rows();
    if (projections.qDown == null) {
      pass.project(in, projections.q, q);
    } else {
      Activations down = workspace.rows();
      pass.project(in, projections.qDown, down);
      projections.qNorm.apply(pass, down, down);
      pass.project(down, projections.q, q);
    }
    Activations plain = workspace.rows(widths.heads * rows, widths.plain);
    Heads.toHeadRows(q, widths.heads, 0, plain);
    Activations carried = workspace.rows(widths.heads * rows, widths.latent);
    perHead(pass, projections.keys, plain, carried, rows);
    Heads.fromHeadRows(carried, widths.heads, queries, 0);
    Activations rotated = workspace.rows(rows, widths.heads * widths.rotated);
    Heads.copyHeads(q, widths.plain, rotated, 0, widths.heads, widths.rotated);
    if (rope != null) {
      rope.rotate(pass, rotated, widths.heads);
    }
    Heads.copyHeads(rotated, 0, queries, widths.latent, widths.heads, widths.rotated);
    workspace.release(mark);
    return queries;
  }

  /**
   * Applies each head's linear to its rows; {@code in} and {@code out} are head after head, {@code rows} of each. These
   * halves of a projection that checkpoints store as one cannot be told apart by adapters, which leave them alone.
   */
  private static void perHead(Pass pass, Linear[] linears, Activations in, Activations out, int rows) {
    Projection projection = pass.project(in);
    for (int head = 0; head < linears.length; head++) {
      projection.through(linears[head], head * rows, rows, out);
    }
    projection.run();
  }

  private void attend(Pass pass, Activations queries, Activations keys, Activations out) {
    Batch batch = pass.batch();
    for (int i = 0; i < batch.spanCount(); i++) {
      Span span = batch.span(i);
      KvCache cache = (KvCache) span.states()[slot];
      cache.store().append(keys, null, span.row(), span.count());
      pass.kernels()
          .attention()
          .attend(shape, mask, cache.store(), queries, span.row(), span.count(), span.position(), out);
    }
  }
}

package dev.tern.layer;

import dev.tern.kernel.Products;
import dev.tern.quant.Weights;
import dev.tern.tensor.Activations;

/**
 * From token ids to the residual stream.
 *
 * @param tokens {@code [vocabulary, width]}
 * @param scale factor on the token's row
 * @param positions learned position embeddings {@code [context, width]}, or null
 * @param constant added to every row (the segment embedding of encoders), or null
 * @param norm applied to the sum, or null
 */
public record Embedding(Weights tokens, float scale, Weights positions, float[] constant, Norm norm) {
  public static Embedding of(Weights tokens) {
    return new Embedding(tokens, 1, null, null, null);
  }

  /** Fills {@code x} {@code [batch, width]}. */
  public void apply(Pass pass, Activations x) {
    Batch batch = pass.batch();
    x.resize(batch.size(), tokens.cols());
    for (int row = 0; row < batch.size(); row++) {
      pass.kernels().matrix().row(tokens, batch.token(row), x.data(), x.offset(row));
    }
    if (batch.adapted()) {
      adapt(pass, x);
    }
    if (scale != 1) {
      pass.kernels().vector().scale(x, scale);
    }
    if (positions != null) {
      addPositions(pass, x);
    }
    if (constant != null) {
      pass.kernels().vector().addBias(x, constant);
    }
    if (norm != null) {
      norm.apply(pass, x, x);
    }
  }

  private void adapt(Pass pass, Activations x) {
    Batch batch = pass.batch();
    for (int i = 0; i < batch.spanCount(); i++) {
      Span span = batch.span(i);
      for (int a = 0; a < span.adapters().size(); a++) {
        WeightedAdapter weighted = span.adapters().get(a);
        EmbeddingDelta delta = weighted.adapter().embedding();
        if (delta != null) {
          adapt(pass, x, span, delta, weighted.weight());
        }
      }
    }
  }

  private void adapt(Pass pass, Activations x, Span span, EmbeddingDelta delta, float weight) {
    int mark = pass.workspace().mark();
    Activations change = pass.workspace().rows(span.count(), x.width());
    switch (delta) {
      case EmbeddingDelta.LowRank lowRank -> {
        Activations low = pass.workspace().rows(span.count(), lowRank.down().cols());
        rows(pass, lowRank.down(), span, low);
        pass.kernels().matrix().multiply(new Products().start(pass.batch().decode()).add(lowRank.up(), low, change));
        addRows(x, span, change, weight * lowRank.scale());
      }
      case EmbeddingDelta.Replacement replacement -> {
        rows(pass, tokens, span, change);
        addRows(x, span, change, -weight);
        rows(pass, replacement.tokens(), span, change);
        addRows(x, span, change, weight);
      }
    }
    pass.workspace().release(mark);
  }

  private static void rows(Pass pass, Weights matrix, Span span, Activations out) {
    for (int i = 0; i < span.count(); i++) {
      pass.kernels().matrix().row(matrix, pass.batch().token(span.row() + i), out.data(), out.offset(i));
    }
  }

  private static void addRows(Activations x, Span span, Activations change, float factor) {
    int at = x.offset(span.row());
    for (int i = 0; i < span.count() * x.width(); i++) {
      x.data()[at + i] += factor * change.data()[i];
    }
  }

  private void addPositions(Pass pass, Activations x) {
    int mark = pass.workspace().mark();
    Activations rows = pass.workspace().rows(x.rows(), x.width());
    for (int row = 0; row < x.rows(); row++) {
      pass.kernels().matrix().row(positions, pass.batch().position(row), rows.data(), rows.offset(row));
    }
    pass.kernels().vector().add(x, rows, 1);
    pass.workspace().release(mark);
  }
}

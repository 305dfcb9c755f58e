package dev.tern.layer;

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

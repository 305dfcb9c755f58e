package dev.tern.layer;

import dev.tern.tensor.Activations;

/**
 * From the residual stream to logits.
 *
 * @param scale factor on the logits
 * @param softCap logits become {@code cap·tanh(logit/cap)}; 0 for none
 */
public record Head(Norm norm, Linear linear, float scale, float softCap) {
  /** Logits {@code [outputs, vocabulary]} of the rows the batch asks for. */
  public void apply(Pass pass, Activations x, Activations logits) {
    Batch batch = pass.batch();
    int mark = pass.workspace().mark();
    Activations rows = pass.workspace().rows(batch.outputCount(), x.width());
    for (int i = 0; i < batch.outputCount(); i++) {
      System.arraycopy(x.data(), x.offset(batch.outputRow(i)), rows.data(), rows.offset(i), x.width());
    }
    if (norm != null) {
      norm.apply(pass, rows, rows);
    }
    pass.project(rows, batch.outputRows()).through(linear, logits).run();
    if (scale != 1) {
      pass.kernels().vector().scale(logits, scale);
    }
    if (softCap != 0) {
      pass.kernels().vector().softCap(logits, softCap);
    }
    pass.workspace().release(mark);
  }
}

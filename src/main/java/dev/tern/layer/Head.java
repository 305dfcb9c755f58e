package dev.tern.layer;

import dev.tern.tensor.Activations;

/** From the residual stream to logits. */
public sealed interface Head permits LanguageHead, EncoderHead {
  /** The norm of the residual stream that precedes everything, or null. */
  Norm norm();

  /** Logits per row; 0 if there is no output matrix. */
  int outputs();

  /** Logits {@code [requested rows, outputs]} of the rows that the batch asks for. */
  void apply(Pass pass, Activations x, Activations logits);

  /** The requested rows, normed. */
  default Activations rows(Pass pass, Activations x) {
    Batch batch = pass.batch();
    Activations rows = pass.workspace().rows(batch.outputCount(), x.width());
    for (int i = 0; i < batch.outputCount(); i++) {
      System.arraycopy(x.data(), x.offset(batch.outputRow(i)), rows.data(), rows.offset(i), x.width());
    }
    if (norm() != null) {
      norm().apply(pass, rows, rows);
    }
    return rows;
  }
}

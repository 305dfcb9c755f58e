package dev.tern.layer;

import dev.tern.kernel.Activation;
import dev.tern.tensor.Activations;

/**
 * Logits of an encoder: {@code output(denseNorm(activation(dense(x))))}, of classes or of masked tokens.
 *
 * @param norm of the residual stream, or null
 * @param dense null to go straight to the output
 * @param denseNorm null for none
 * @param output null for an encoder that has no head
 * @param task what the logits are
 */
public record EncoderHead(Norm norm, Linear dense, Activation activation, Norm denseNorm, Linear output, Task task)
    implements Head {

  /** What an encoder was trained to tell. */
  public enum Task {
    /** Nothing: its hidden states are used. */
    NONE,
    /** A class of the text, from its first token. */
    CLASSIFY_FIRST,
    /** A class of the text, from the mean of its tokens. */
    CLASSIFY_MEAN,
    /** The token at each position. */
    MASKED_TOKEN
  }

  @Override
  public int outputs() {
    return output == null ? 0 : output.outputs();
  }

  /** How many rows of logits a text has: one class, or one per token. */
  public int outputRows(Span span) {
    return switch (task) {
      case NONE -> 0;
      case CLASSIFY_FIRST, CLASSIFY_MEAN -> 1;
      case MASKED_TOKEN -> span.count();
    };
  }

  /** Asks for them. */
  public void requestOutputs(Batch batch, Span span) {
    for (int i = 0; i < outputRows(span); i++) {
      batch.output(span.row() + i);
    }
  }

  @Override
  public void apply(Pass pass, Activations x, Activations logits) {
    int mark = pass.workspace().mark();
    Activations rows = task == Task.CLASSIFY_MEAN ? means(pass, x) : rows(pass, x);
    if (dense != null) {
      Activations hidden = pass.workspace().rows();
      pass.project(rows, pass.batch().outputRows()).through(dense, hidden).run();
      pass.kernels().vector().activate(activation, hidden);
      if (denseNorm != null) {
        denseNorm.apply(pass, hidden, hidden);
      }
      rows = hidden;
    }
    pass.project(rows, pass.batch().outputRows()).through(output, logits).run();
    pass.workspace().release(mark);
  }

  /** For each requested row, the mean of its sequence. */
  private Activations means(Pass pass, Activations x) {
    Activations normed = pass.workspace().rows();
    if (norm == null) {
      normed = x;
    } else {
      norm.apply(pass, x, normed);
    }
    Activations means = pass.workspace().rows(pass.batch().outputCount(), x.width());
    for (int i = 0; i < means.rows(); i++) {
      int source = pass.batch().outputRow(i);
      for (int s = 0; s < pass.batch().spanCount(); s++) {
        Span span = pass.batch().span(s);
        if (source >= span.row() && source < span.end()) {
          mean(normed, span, means, i);
        }
      }
    }
    return means;
  }

  private static void mean(Activations x, Span span, Activations means, int to) {
    for (int c = 0; c < x.width(); c++) {
      double sum = 0;
      for (int row = span.row(); row < span.end(); row++) {
        sum += x.data()[x.offset(row) + c];
      }
      means.data()[means.offset(to) + c] = (float) (sum / span.count());
    }
  }
}

package dev.tern.layer;

import dev.tern.tensor.Activations;

/**
 * Logits of the next token.
 *
 * @param scale factor on the logits
 * @param softCap logits become {@code cap·tanh(logit/cap)}; 0 for none
 */
public record LanguageHead(Norm norm, Linear linear, float scale, float softCap) implements Head {
  @Override
  public int outputs() {
    return linear.outputs();
  }

  @Override
  public void apply(Pass pass, Activations x, Activations logits) {
    int mark = pass.workspace().mark();
    Activations rows = rows(pass, x);
    pass.project(rows, pass.batch().outputRows()).through(linear, logits).run();
    if (scale != 1) {
      pass.kernels().vector().scale(logits, scale);
    }
    if (softCap != 0) {
      pass.kernels().vector().softCap(logits, softCap);
    }
    pass.workspace().release(mark);
  }
}

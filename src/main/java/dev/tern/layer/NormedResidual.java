package dev.tern.layer;

import dev.tern.tensor.Activations;

/** {@code x = norm(x); x = keep · x + scale · mixer(x)}: a residual whose stream is itself normed (DeepNorm). */
public record NormedResidual(Norm norm, float keep, Mixer mixer, float scale) {
  void forward(Pass pass, Activations x) {
    int mark = pass.workspace().mark();
    norm.apply(pass, x, x);
    Activations out = pass.workspace().rows();
    mixer.mix(pass, x, out);
    if (keep != 1) {
      pass.kernels().vector().scale(x, keep);
    }
    pass.kernels().vector().add(x, out, scale);
    pass.workspace().release(mark);
  }
}

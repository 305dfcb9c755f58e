package dev.tern.layer;

import dev.tern.tensor.Activations;

/**
 * {@code x += scale · post(mixer(pre(x)))}; norms may be null.
 *
 * @param pre norm before the mixer
 * @param post norm after it, before the sum
 */
public record Residual(Norm pre, Mixer mixer, Norm post, float scale) {
  public static Residual preNorm(Norm pre, Mixer mixer) {
    return new Residual(pre, mixer, null, 1);
  }

  void forward(Pass pass, Activations x) {
    Workspace workspace = pass.workspace();
    int mark = workspace.mark();
    Activations in = x;
    if (pre != null) {
      in = workspace.rows();
      pre.apply(pass, x, in);
    }
    Activations out = workspace.rows();
    mixer.mix(pass, in, out);
    if (post != null) {
      post.apply(pass, out, out);
    }
    pass.kernels().vector().add(x, out, scale);
    workspace.release(mark);
  }
}

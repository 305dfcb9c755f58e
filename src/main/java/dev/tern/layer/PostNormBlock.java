package dev.tern.layer;

import dev.tern.tensor.Activations;
import java.util.List;

/** {@code x = norm(x + mixer(x))} for each of its parts: the block of the first transformers (Vaswani et al. 2017). */
public record PostNormBlock(List<Part> parts) implements Block {
  /** A mixer and the norm after it. */
  public record Part(Mixer mixer, Norm norm) {}

  @Override
  public void forward(Pass pass, Activations x) {
    for (Part part : parts) {
      int mark = pass.workspace().mark();
      Activations out = pass.workspace().rows();
      part.mixer.mix(pass, x, out);
      pass.kernels().vector().add(x, out, 1);
      part.norm.apply(pass, x, x);
      pass.workspace().release(mark);
    }
  }

  @Override
  public List<Mixer> mixers() {
    return parts.stream().map(Part::mixer).toList();
  }
}

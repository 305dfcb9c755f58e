package dev.tern.layer;

import dev.tern.tensor.Activations;
import java.util.List;

/** Mixers added one after the other to a residual stream that is normed before each. */
public record NormedResidualBlock(List<NormedResidual> residuals) implements Block {
  @Override
  public void forward(Pass pass, Activations x) {
    for (int i = 0; i < residuals.size(); i++) {
      residuals.get(i).forward(pass, x);
    }
  }

  @Override
  public List<Mixer> mixers() {
    return residuals.stream().map(NormedResidual::mixer).toList();
  }
}

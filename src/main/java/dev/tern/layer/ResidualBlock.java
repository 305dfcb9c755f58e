package dev.tern.layer;

import dev.tern.tensor.Activations;
import java.util.List;

/** Mixers added to the residual stream one after the other: the usual decoder block. */
public record ResidualBlock(List<Residual> residuals) implements Block {
  public static ResidualBlock of(Residual... residuals) {
    return new ResidualBlock(List.of(residuals));
  }

  @Override
  public void forward(Pass pass, Activations x) {
    for (int i = 0; i < residuals.size(); i++) {
      residuals.get(i).forward(pass, x);
    }
  }

  @Override
  public List<Mixer> mixers() {
    return residuals.stream().map(Residual::mixer).toList();
  }
}

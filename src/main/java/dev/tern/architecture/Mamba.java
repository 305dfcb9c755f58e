package dev.tern.architecture;

import dev.tern.layer.Network;
import dev.tern.layer.Residual;
import dev.tern.layer.ResidualBlock;
import java.util.List;

/** Mamba-2 (Dao and Gu 2024): state spaces alone, without feed-forwards. */
final class Mamba implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("mamba2");
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    return parts.network(
        layer ->
            ResidualBlock.of(Residual.preNorm(parts.norm(layer.name("attn_norm")), StateSpaces.mamba2(parts, layer))));
  }
}

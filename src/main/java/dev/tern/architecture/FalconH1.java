package dev.tern.architecture;

import dev.tern.kernel.Activation;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import dev.tern.layer.Sum;
import java.util.List;

/**
 * Falcon-H1 (TII 2025, 2507.22448): attention beside Mamba-2 in every block. GGUF folds its multipliers into weights.
 */
final class FalconH1 implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("falcon-h1");
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, false);
    return parts.network(
        layer ->
            parts.block(
                layer,
                new Sum(parts.attention(layer).rope(rope).build(), 1, StateSpaces.mamba2(parts, layer), 1),
                parts.feedForward(layer, Activation.SILU)));
  }
}

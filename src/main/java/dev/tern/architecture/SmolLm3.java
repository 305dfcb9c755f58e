package dev.tern.architecture;

import dev.tern.kernel.Activation;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import java.util.List;

/** SmolLM3 (Hugging Face 2025): a Llama whose every fourth layer has no rotary embedding. */
final class SmolLm3 implements Architecture {
  private static final int INTERVAL = 4;

  @Override
  public List<String> ids() {
    return List.of("smollm3");
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, true);
    return parts.network(
        layer ->
            parts.block(
                layer,
                parts.attention(layer).rope(rotated(config, layer) ? rope : null).build(),
                parts.feedForward(layer, Activation.SILU)));
  }

  private static boolean rotated(Config config, Layer layer) {
    return config.flag("rope.layers", layer, (layer.index() + 1) % INTERVAL != 0);
  }
}

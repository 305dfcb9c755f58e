package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceConfig;
import dev.tern.architecture.huggingface.HuggingFaceForm;
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
  public List<HuggingFaceForm> huggingFace() {
    return List.of(HuggingFaceForm.builder("smollm3", "smollm3").key("rope.layers", SmolLm3::rotatedLayers).build());
  }

  /** {@code no_rope_layers} holds a one for each layer that does have a rotary embedding. */
  private static boolean[] rotatedLayers(HuggingFaceConfig config) {
    if (!config.has("no_rope_layers")) {
      return null;
    }
    long[] rotated = config.metadata().integers("no_rope_layers");
    boolean[] flags = new boolean[rotated.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = rotated[i] == 1;
    }
    return flags;
  }

  @Override
  public List<TensorOrder> orders(Config config) {
    return List.of(new RotaryOrder(config));
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, true);
    return parts.network(
        layer ->
            parts.block(
                layer,
                parts
                    .attention(layer)
                    .rope(rotated(config, layer) ? rope : null)
                    .window(config.slidingWindow(layer))
                    .build(),
                parts.feedForward(layer, Activation.SILU)));
  }

  private static boolean rotated(Config config, Layer layer) {
    return config.flag("rope.layers", layer, (layer.index() + 1) % INTERVAL != 0);
  }
}

package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.kernel.Activation;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import java.util.List;

/** Qwen2 (Yang et al. 2024): biases on queries, keys and values. */
final class Qwen2 implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("qwen2");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(HuggingFaceForm.of("qwen2", "qwen2"));
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, false);
    return parts.network(
        layer ->
            parts.block(
                layer,
                parts.attention(layer).rope(rope).window(config.slidingWindow(layer)).build(),
                parts.feedForward(layer, Activation.SILU)));
  }
}

package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.kernel.Activation;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import java.util.List;

/** Qwen3 (Yang et al. 2025): norms on query and key heads; with experts Qwen3-MoE. */
final class Qwen3 implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("qwen3", "qwen3moe");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(HuggingFaceForm.of("qwen3", "qwen3"), HuggingFaceForm.of("qwen3_moe", "qwen3moe"));
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
                parts.hasExperts(layer)
                    ? Experts.of(parts, layer).softmax(true).build()
                    : parts.feedForward(layer, Activation.SILU)));
  }
}

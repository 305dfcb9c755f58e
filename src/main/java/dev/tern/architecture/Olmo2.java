package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.kernel.Activation;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import java.util.List;

/** OLMo 2 (OLMo et al. 2024): norms after the mixers instead of before, and over whole queries and keys. */
final class Olmo2 implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("olmo2");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        HuggingFaceForm.builder("olmo2", "olmo2").layer("post_attention_layernorm", "post_attention_norm").build());
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

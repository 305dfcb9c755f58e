package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import java.util.List;

/** OLMoE (Muennighoff et al. 2024): experts in every layer, norms over whole queries and keys. */
final class Olmoe implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("olmoe");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(HuggingFaceForm.builder("olmoe", "olmoe").without("clip_qkv").build());
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, false);
    return parts.network(
        layer ->
            parts.block(
                layer,
                parts.attention(layer).rope(rope).build(),
                Experts.of(parts, layer).softmax(config.flag("expert_weights_norm", false)).build()));
  }
}

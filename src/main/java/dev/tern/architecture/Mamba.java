package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.architecture.huggingface.StateSpaceForms;
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
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        StateSpaceForms.mamba2(HuggingFaceForm.builder("mamba2", "mamba2"), "mixer")
            .layer("norm", "attn_norm")
            .real("attention.layer_norm_rms_epsilon", "layer_norm_epsilon")
            .key("feed_forward_length", config -> 0L)
            .key("attention.head_count", config -> 0L)
            .count("ssm.conv_kernel", "conv_kernel")
            .count("ssm.state_size", "state_size")
            .count("ssm.group_count", "n_groups")
            .count("ssm.time_step_rank", "num_heads")
            .key("ssm.inner_size", StateSpaceForms.product("num_heads", "head_dim"))
            .build());
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    return parts.network(
        layer ->
            ResidualBlock.of(Residual.preNorm(parts.norm(layer.name("attn_norm")), StateSpaces.mamba2(parts, layer))));
  }
}

package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.architecture.huggingface.StateSpaceForms;
import dev.tern.kernel.Activation;
import dev.tern.layer.Mixer;
import dev.tern.layer.Network;
import dev.tern.layer.Residual;
import dev.tern.layer.ResidualBlock;
import java.util.List;

/** Nemotron-H (NVIDIA 2025, 2504.03624): every layer is one of Mamba-2, attention without positions, feed-forward. */
final class NemotronH implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("nemotron_h");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        StateSpaceForms.mamba2(HuggingFaceForm.builder("nemotron_h", "nemotron_h"), "mixer")
            .activations("relu2")
            .layer("norm", "attn_norm")
            .layer("mixer.q_proj", "attn_q")
            .layer("mixer.k_proj", "attn_k")
            .layer("mixer.v_proj", "attn_v")
            .layer("mixer.o_proj", "attn_output")
            .layer("mixer.up_proj", "ffn_up")
            .layer("mixer.down_proj", "ffn_down")
            .real("attention.layer_norm_rms_epsilon", "layer_norm_epsilon")
            .count("ssm.conv_kernel", "conv_kernel")
            .count("ssm.state_size", "ssm_state_size")
            .count("ssm.group_count", "n_groups")
            .count("ssm.time_step_rank", "mamba_num_heads")
            .key("ssm.inner_size", StateSpaceForms.product("mamba_num_heads", "mamba_head_dim"))
            .build());
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    return parts.network(
        layer -> ResidualBlock.of(Residual.preNorm(parts.norm(layer.name("attn_norm")), mixer(parts, layer))));
  }

  private static Mixer mixer(Parts parts, Layer layer) {
    if (StateSpaces.has(parts, layer)) {
      return StateSpaces.mamba2(parts, layer);
    }
    return parts.tensors.has(layer.name("attn_q"))
        ? parts.attention(layer).build()
        : parts.feedForward(layer, Activation.RELU_SQUARED);
  }
}

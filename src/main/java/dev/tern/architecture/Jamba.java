package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.architecture.huggingface.StateSpaceForms;
import dev.tern.kernel.Activation;
import dev.tern.layer.ChannelMixer;
import dev.tern.layer.Network;
import dev.tern.layer.TokenMixer;
import java.util.List;

/** Jamba (AI21 2024, 2403.19887): Mamba with norms inside, a little attention without positions, experts. */
final class Jamba implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("jamba");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        StateSpaceForms.mamba1(HuggingFaceForm.builder("jamba", "jamba"), "mamba")
            .layer("mamba.dt_layernorm", "ssm_dt_norm")
            .layer("mamba.b_layernorm", "ssm_b_norm")
            .layer("mamba.c_layernorm", "ssm_c_norm")
            .layer("pre_ff_layernorm", "ffn_norm")
            .layer("feed_forward.gate_proj", "ffn_gate")
            .layer("feed_forward.up_proj", "ffn_up")
            .layer("feed_forward.down_proj", "ffn_down")
            .layer("feed_forward.router", "ffn_gate_inp")
            .layer("feed_forward.experts.*.gate_proj", "ffn_gate.*")
            .layer("feed_forward.experts.*.up_proj", "ffn_up.*")
            .layer("feed_forward.experts.*.down_proj", "ffn_down.*")
            .count("ssm.conv_kernel", "mamba_d_conv")
            .count("ssm.state_size", "mamba_d_state")
            .count("ssm.time_step_rank", "mamba_dt_rank")
            .key("ssm.inner_size", StateSpaceForms.product("mamba_expand", "hidden_size"))
            .build());
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    return parts.network(layer -> parts.block(layer, mixer(parts, layer), channel(parts, layer)));
  }

  private static TokenMixer mixer(Parts parts, Layer layer) {
    return StateSpaces.has(parts, layer) ? StateSpaces.mamba1(parts, layer) : parts.attention(layer).build();
  }

  private static ChannelMixer channel(Parts parts, Layer layer) {
    return parts.hasExperts(layer)
        ? Experts.of(parts, layer).softmax(false).build()
        : parts.feedForward(layer, Activation.SILU);
  }
}

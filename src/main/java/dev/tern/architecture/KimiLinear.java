package dev.tern.architecture;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.architecture.huggingface.HuggingFaceConfig;
import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.architecture.huggingface.LatentProjections;
import dev.tern.kernel.Activation;
import dev.tern.layer.ChannelMixer;
import dev.tern.layer.LatentAttention;
import dev.tern.layer.Network;
import dev.tern.layer.TokenMixer;
import java.util.List;

/** Kimi Linear (Kimi Team 2025, 2510.26692): Kimi Delta Attention and latent attention without positions, experts. */
final class KimiLinear implements Architecture {
  private static final String NESTED = "linear_attn_config.";

  @Override
  public List<String> ids() {
    return List.of("kimi-linear");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        HuggingFaceForm.builder("kimi_linear", "kimi-linear")
            .layer("self_attn.q_conv1d", "ssm_conv1d_q", Derivations.squeezed())
            .layer("self_attn.k_conv1d", "ssm_conv1d_k", Derivations.squeezed())
            .layer("self_attn.v_conv1d", "ssm_conv1d_v", Derivations.squeezed())
            .layer("self_attn.A_log", "ssm_a", Derivations.negativeExp())
            .layer("self_attn.dt_bias", "ssm_dt.bias")
            .layer("self_attn.b_proj", "ssm_beta")
            .layer("self_attn.f_a_proj", "ssm_f_a")
            .layer("self_attn.f_b_proj", "ssm_f_b")
            .layer("self_attn.g_a_proj", "ssm_g_a")
            .layer("self_attn.g_b_proj", "ssm_g_b")
            .layer("self_attn.o_norm", "ssm_norm")
            .layerToo("self_attn.kv_b_proj.weight", "attn_k_b.weight", LatentProjections::keys)
            .layerToo("self_attn.kv_b_proj.weight", "attn_v_b.weight", LatentProjections::values)
            .layer("block_sparse_moe.gate_proj", "ffn_gate")
            .layer("block_sparse_moe.up_proj", "ffn_up")
            .layer("block_sparse_moe.down_proj", "ffn_down")
            .layer("block_sparse_moe.shared_experts.gate_proj", "ffn_gate_shexp")
            .layer("block_sparse_moe.shared_experts.up_proj", "ffn_up_shexp")
            .layer("block_sparse_moe.shared_experts.down_proj", "ffn_down_shexp")
            .otherwise("scoring_func", "sigmoid")
            .otherwise("moe_renormalize", true)
            .key(
                "attention.key_length",
                config -> (long) config.count("kv_lora_rank") + config.count("qk_rope_head_dim"))
            .count("attention.value_length", "kv_lora_rank")
            .key("attention.head_count_kv", config -> 1L)
            .key("attention.key_length_mla", KimiLinear::latentKeyWidth)
            .count("attention.value_length_mla", "v_head_dim")
            .count("rope.dimension_count", "qk_rope_head_dim")
            .count("ssm.conv_kernel", "linear_conv_kernel_dim", NESTED + "short_conv_kernel_size")
            .count("kda.head_dim", "linear_head_dim", NESTED + "head_dim")
            .count("kda.head_count", "linear_num_heads", NESTED + "num_heads")
            .build());
  }

  private static Long latentKeyWidth(HuggingFaceConfig config) {
    return (long) config.count("qk_nope_head_dim") + config.count("qk_rope_head_dim");
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    LatentAttention.Widths widths = DeepSeek2.widths(config);
    return parts.network(layer -> parts.block(layer, mixer(parts, layer, widths), channel(parts, layer)));
  }

  private static TokenMixer mixer(Parts parts, Layer layer, LatentAttention.Widths widths) {
    return DeltaNets.has(parts, layer) ? DeltaNets.kimi(parts, layer) : DeepSeek2.attention(parts, layer, widths, null);
  }

  private static ChannelMixer channel(Parts parts, Layer layer) {
    return parts.hasExperts(layer)
        ? Experts.of(parts, layer).groupBest(2).sharedIfPresent().build()
        : parts.feedForward(layer, Activation.SILU);
  }
}

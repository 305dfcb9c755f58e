package dev.tern.architecture;

import dev.tern.architecture.huggingface.DeltaProjections;
import dev.tern.architecture.huggingface.Derivations;
import dev.tern.architecture.huggingface.HuggingFaceConfig;
import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.architecture.huggingface.LayerTypes;
import dev.tern.architecture.huggingface.StateSpaceForms;
import dev.tern.kernel.Activation;
import dev.tern.layer.ChannelMixer;
import dev.tern.layer.Network;
import dev.tern.layer.Residual;
import dev.tern.layer.ResidualBlock;
import dev.tern.layer.RotaryTable;
import dev.tern.layer.TokenMixer;
import java.util.Arrays;
import java.util.List;

/** Qwen3-Next and Qwen3.5 (Qwen team 2025, 2026): Gated DeltaNet and, every few layers, gated attention. */
final class Qwen35 implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("qwen3next", "qwen35", "qwen35moe");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        form("qwen3_next", "qwen3next")
            .layerToo("linear_attn.in_proj_qkvz.weight", "attn_qkv.weight", DeltaProjections::queryKeyValue)
            .layerToo("linear_attn.in_proj_qkvz.weight", "attn_gate.weight", DeltaProjections::gate)
            .layer("linear_attn.in_proj_ba", "ssm_ba")
            .build(),
        split("qwen3_5_text", "qwen35"),
        split("qwen3_5_moe_text", "qwen35moe"));
  }

  /** Norms multiply by 1 + weight, but for the one with a gate. */
  private static HuggingFaceForm.Builder form(String modelType, String architecture) {
    return HuggingFaceForm.builder(modelType, architecture)
        .adjust(name -> name.endsWith("_norm.weight") && !name.endsWith("ssm_norm.weight"), Derivations.plusOne())
        .layer("post_attention_layernorm", "post_attention_norm")
        .layer("linear_attn.conv1d", "ssm_conv1d", Derivations.squeezed())
        .layer("linear_attn.A_log", "ssm_a", Derivations.negativeExp())
        .layer("linear_attn.dt_bias", "ssm_dt.bias")
        .layer("linear_attn.norm", "ssm_norm")
        .layer("linear_attn.out_proj", "ssm_out")
        .only("attn_output_gate", true)
        .otherwise("norm_topk_prob", true)
        .key("full_attention_interval", LayerTypes::interval)
        .count("ssm.conv_kernel", "linear_conv_kernel_dim")
        .count("ssm.state_size", "linear_key_head_dim")
        .count("ssm.group_count", "linear_num_key_heads")
        .count("ssm.time_step_rank", "linear_num_value_heads")
        .key("ssm.inner_size", StateSpaceForms.product("linear_num_value_heads", "linear_value_head_dim"));
  }

  /** One projection each; value heads in the order of their groups. */
  private static HuggingFaceForm split(String modelType, String architecture) {
    return form(modelType, architecture)
        .layer("linear_attn.in_proj_qkv", "attn_qkv")
        .layer("linear_attn.in_proj_z", "attn_gate")
        .layer("linear_attn.in_proj_b", "ssm_beta")
        .layer("linear_attn.in_proj_a", "ssm_alpha")
        .key("ssm.tiled_heads", config -> false)
        .key("rope.dimension_sections", Qwen35::sections)
        .build();
  }

  /** Pairs that turn by time, height and width of images; for text these are the same. */
  private static long[] sections(HuggingFaceConfig config) {
    String key = "rope_parameters.mrope_section";
    return Arrays.copyOf(config.has(key) ? config.metadata().integers(key) : new long[] {11, 11, 10}, 4);
  }

  @Override
  public List<TensorOrder> orders(Config config) {
    return tiled(config) ? List.of(new TiledOrder(config)) : List.of();
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, false);
    return parts.network(
        layer -> {
          Residual mixer = Residual.preNorm(parts.norm(layer.name("attn_norm")), mixer(parts, layer, rope));
          String norm = layer.name("post_attention_norm");
          return ResidualBlock.of(mixer, Residual.preNorm(parts.norm(norm), channel(parts, layer)));
        });
  }

  private static TokenMixer mixer(Parts parts, Layer layer, RotaryTable rope) {
    return DeltaNets.has(parts, layer)
        ? DeltaNets.gated(parts, layer, parts.config.flag("ssm.tiled_heads", tiled(parts.config)))
        : parts.attention(layer).rope(rope).gated().build();
  }

  /** GGUF orders the value heads of Qwen3.5 by their place in the group, those of Qwen3-Next by group. */
  private static boolean tiled(Config config) {
    return !config.architecture().equals("qwen3next");
  }

  private static ChannelMixer channel(Parts parts, Layer layer) {
    return parts.hasExperts(layer)
        ? Experts.of(parts, layer).softmax(parts.config.flag("expert_weights_norm", true)).sharedIfPresent().build()
        : parts.feedForward(layer, Activation.SILU);
  }
}

package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.architecture.huggingface.StateSpaceForms;
import dev.tern.kernel.Activation;
import dev.tern.layer.Block;
import dev.tern.layer.Embedding;
import dev.tern.layer.GatedActivation;
import dev.tern.layer.Network;
import dev.tern.layer.Residual;
import dev.tern.layer.ResidualBlock;
import dev.tern.layer.RotaryTable;
import dev.tern.layer.Sum;
import java.util.List;

/**
 * Falcon-H1 (TII 2025, 2507.22448): attention beside Mamba-2 in every block, with multipliers on about every linear.
 * GGUF has them in its weights; of a Hugging Face directory they come as keys {@code multiplier.*}.
 */
final class FalconH1 implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("falcon-h1");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        StateSpaceForms.mamba2(HuggingFaceForm.builder("falcon_h1", "falcon-h1"), "mamba")
            .only("attention_bias", false)
            .layer("feed_forward.gate_proj", "ffn_gate")
            .layer("feed_forward.up_proj", "ffn_up")
            .layer("feed_forward.down_proj", "ffn_down")
            .layer("pre_ff_layernorm", "ffn_norm")
            .count("ssm.conv_kernel", "mamba_d_conv")
            .count("ssm.state_size", "mamba_d_state")
            .count("ssm.group_count", "mamba_n_groups")
            .count("ssm.time_step_rank", "mamba_n_heads")
            .key("ssm.inner_size", StateSpaceForms.product("mamba_n_heads", "mamba_d_head"))
            .key("ssm.norm_before_gate", config -> config.flag("mamba_norm_before_gate", true))
            .real("multiplier.attention_in", "attention_in_multiplier")
            .real("multiplier.attention_out", "attention_out_multiplier")
            .real("multiplier.key", "key_multiplier")
            .real("multiplier.ssm_out", "ssm_out_multiplier")
            .real("multiplier.logits", "lm_head_multiplier")
            .key("multiplier.ssm", StateSpaceForms::inputMultipliers)
            .key("multiplier.feed_forward", config -> config.metadata().reals("mlp_multipliers"))
            .build());
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, false);
    Embedding embedding =
        new Embedding(tensors.weights("token_embd"), config.real("embedding_scale", 1), null, null, null);
    return parts.network(
        embedding, parts.head(config.real("multiplier.logits", 1), 0), layer -> block(parts, layer, rope));
  }

  /** Attention is linear in its values and bilinear in queries and keys: its multipliers become two factors. */
  private static Block block(Parts parts, Layer layer, RotaryTable rope) {
    Config config = parts.config;
    float in = config.real("multiplier.attention_in", 1);
    float score = in * in * config.real("multiplier.key", 1) / (float) Math.sqrt(config.keyWidth());
    Sum mixers =
        new Sum(
            parts.attention(layer).rope(rope).scale(score).build(),
            in * config.real("multiplier.attention_out", 1),
            StateSpaces.mamba2(parts, layer),
            config.real("multiplier.ssm_out", 1));
    float[] feedForward = config.reals("multiplier.feed_forward", 1, 1);
    GatedActivation activation = new GatedActivation.Scaled(Activation.SILU, feedForward[0]);
    return ResidualBlock.of(
        Residual.preNorm(parts.norm(layer.name("attn_norm")), mixers),
        new Residual(
            parts.norm(layer.name("ffn_norm")), parts.feedForward(layer, "", activation), null, feedForward[1]));
  }
}

package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.architecture.huggingface.LayerTypes;
import dev.tern.architecture.huggingface.StateSpaceForms;
import dev.tern.kernel.Activation;
import dev.tern.layer.ChannelMixer;
import dev.tern.layer.Embedding;
import dev.tern.layer.GatedActivation;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import dev.tern.layer.TokenMixer;
import java.util.List;

/** Granite 4 (IBM 2025): Mamba-2 and a little attention, usually without positions; with experts and a shared one. */
final class GraniteHybrid implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("granitehybrid");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        StateSpaceForms.mamba2(Granite.sharing("granitemoehybrid", "granitehybrid"), "mamba")
            .key("attention.head_count_kv", LayerTypes::keyValueHeads)
            .count("ssm.conv_kernel", "mamba_d_conv")
            .count("ssm.state_size", "mamba_d_state")
            .count("ssm.group_count", "mamba_n_groups")
            .count("ssm.time_step_rank", "mamba_n_heads")
            .key("ssm.inner_size", StateSpaceForms.product("mamba_expand", "hidden_size"))
            .key("rope.scaling.finetuned", config -> config.text("position_embedding_type", "none").equals("rope"))
            .build());
  }

  @Override
  public List<TensorOrder> orders(Config config) {
    return List.of(new RotaryOrder(config));
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    boolean rotated = config.flag("rope.scaling.finetuned", true);
    RotaryTable rope = rotated ? Rope.table(config, tensors, true) : null;
    Embedding embedding =
        new Embedding(tensors.weights("token_embd"), config.real("embedding_scale", 1), null, null, null);
    float residual = config.real("residual_scale", 1);
    return parts.network(
        embedding,
        parts.head(1 / config.real("logit_scale", 1), 0),
        layer -> parts.block(layer, mixer(parts, layer, rope), channel(parts, layer), residual));
  }

  private static TokenMixer mixer(Parts parts, Layer layer, RotaryTable rope) {
    if (StateSpaces.has(parts, layer)) {
      return StateSpaces.mamba2(parts, layer);
    }
    float scale = parts.config.real("attention.scale", 1 / Math.sqrt(parts.config.keyWidth()));
    return parts.attention(layer).rope(rope).scale(scale).build();
  }

  private static ChannelMixer channel(Parts parts, Layer layer) {
    if (parts.hasExperts(layer)) {
      return Experts.of(parts, layer).softmax(true).sharedIfPresent().build();
    }
    String suffix = parts.tensors.has(layer.name("ffn_up_shexp")) ? "_shexp" : "";
    return parts.feedForward(layer, suffix, new GatedActivation.Plain(Activation.SILU));
  }
}

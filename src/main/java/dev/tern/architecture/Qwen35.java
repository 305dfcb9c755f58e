package dev.tern.architecture;

import dev.tern.kernel.Activation;
import dev.tern.layer.ChannelMixer;
import dev.tern.layer.Network;
import dev.tern.layer.Residual;
import dev.tern.layer.ResidualBlock;
import dev.tern.layer.RotaryTable;
import dev.tern.layer.TokenMixer;
import java.util.List;

/** Qwen3-Next and Qwen3.5 (Qwen team 2025, 2026): Gated DeltaNet and, every few layers, gated attention. */
final class Qwen35 implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("qwen3next", "qwen35", "qwen35moe");
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
        ? Experts.of(parts, layer).softmax(true).sharedIfPresent().build()
        : parts.feedForward(layer, Activation.SILU);
  }
}

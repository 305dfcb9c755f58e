package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceConfig;
import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.kernel.Activation;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.LinearRecurrence.Update;
import dev.tern.layer.Block;
import dev.tern.layer.LightningAttention;
import dev.tern.layer.Linear;
import dev.tern.layer.Network;
import dev.tern.layer.NormedResidual;
import dev.tern.layer.NormedResidualBlock;
import dev.tern.layer.RotaryTable;
import dev.tern.layer.TokenMixer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * MiniMax-Text-01 (MiniMax 2025, 2501.08313): Lightning attention and, every few layers, softmax attention; experts;
 * residuals are the normed inputs, weighted. Hugging Face form only.
 */
final class MiniMax implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("minimax");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        HuggingFaceForm.builder("minimax", "minimax")
            .layer("self_attn.out_proj", "attn_output")
            .layer("self_attn.output_gate", "attn_gate")
            .layer("self_attn.norm", "attn_sub_norm")
            .ignore("self_attn.slope_rate", "self_attn.query_decay", "self_attn.key_decay", "self_attn.diagonal_decay")
            .key("residual.linear", config -> factors(config, "linear_attn"))
            .key("residual.softmax", config -> factors(config, "full_attn"))
            .key("residual.feed_forward", config -> factors(config, "mlp"))
            .build());
  }

  private static float[] factors(HuggingFaceConfig config, String part) {
    return new float[] {(float) config.real(part + "_alpha_factor", 1), (float) config.real(part + "_beta_factor", 1)};
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, false);
    return parts.network(layer -> block(parts, layer, rope));
  }

  private static Block block(Parts parts, Layer layer, RotaryTable rope) {
    boolean linear = parts.tensors.has(layer.name("attn_gate"));
    TokenMixer mixer = linear ? lightning(parts, layer) : parts.attention(layer).rope(rope).build();
    float[] first = parts.config.reals(linear ? "residual.linear" : "residual.softmax", 1, 1);
    float[] second = parts.config.reals("residual.feed_forward", 1, 1);
    return new NormedResidualBlock(
        List.of(
            new NormedResidual(parts.norm(layer.name("attn_norm")), first[0], mixer, first[1]),
            new NormedResidual(
                parts.norm(layer.name("ffn_norm")),
                second[0],
                Experts.of(parts, layer).softmax(true).build(),
                second[1])));
  }

  private static LightningAttention lightning(Parts parts, Layer layer) {
    int heads = parts.config.heads();
    int width = parts.config.keyWidth();
    LinearRecurrence recurrence =
        new LinearRecurrence(heads, heads, false, width, width, Update.ADDITIVE, Decay.PER_HEAD);
    String fused = layer.name("attn_qkv");
    LightningAttention.Projections projections =
        new LightningAttention.Projections(
            third(parts, fused, ".q", 0),
            third(parts, fused, ".k", 1),
            third(parts, fused, ".v", 2),
            parts.tensors.linear(layer.name("attn_gate"), heads * width, parts.config.width()),
            parts.tensors.linear(layer.name("attn_output"), parts.config.width(), heads * width));
    return new LightningAttention(
        projections,
        recurrence,
        decays(heads, layer.index(), parts.config.layers()),
        Activation.SILU,
        parts.norm(layer.name("attn_sub_norm")),
        parts.slots.add(options -> LightningAttention.state(recurrence)));
  }

  /** One third of every head's rows. */
  private static Linear third(Parts parts, String fused, String part, int index) {
    int width = parts.config.keyWidth();
    int[] rows =
        IntStream.range(0, parts.config.heads() * width)
            .map(i -> i / width * 3 * width + index * width + i % width)
            .toArray();
    return parts.tensors.gather(fused, part, rows);
  }

  /** Slopes as of ALiBi (Press et al. 2022), smaller in later layers. */
  private static float[] decays(int heads, int layer, int layers) {
    float[] decays = new float[heads];
    double factor = 1 - layer / (layers - 1 + 1e-5) + 1e-5;
    for (int head = 0; head < heads; head++) {
      decays[head] = (float) Math.exp(-Math.pow(2, -8.0 * (head + 1) / heads) * factor);
    }
    return decays;
  }
}

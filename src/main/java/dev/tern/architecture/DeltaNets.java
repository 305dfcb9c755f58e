package dev.tern.architecture;

import dev.tern.kernel.Activation;
import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.GatedNorm;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.LinearRecurrence.Update;
import dev.tern.layer.DecayGate;
import dev.tern.layer.GatedDeltaNet;
import dev.tern.layer.KimiDeltaAttention;
import dev.tern.layer.Linear;

/** Gated DeltaNet mixers from the keys {@code ssm.*} and tensors {@code ssm_*}, {@code attn_qkv}, {@code attn_gate}. */
final class DeltaNets {
  private DeltaNets() {}

  /** Whether a layer has a delta-rule mixer. */
  static boolean has(Parts parts, Layer layer) {
    return parts.tensors.has(layer.name("ssm_a"));
  }

  /**
   * @param tiled whether value head h belongs to key head {@code h mod keyHeads}; otherwise neighbours share a key head
   */
  static GatedDeltaNet gated(Parts parts, Layer layer, boolean tiled) {
    Config config = parts.config;
    Tensors tensors = parts.tensors;
    int inner = config.positive("ssm.inner_size");
    int heads = config.divisor("ssm.time_step_rank", inner);
    int keyHeads = config.divisor("ssm.group_count", heads);
    int keyWidth = config.positive("ssm.state_size");
    LinearRecurrence recurrence =
        new LinearRecurrence(heads, keyHeads, tiled, keyWidth, inner / heads, Update.DELTA, Decay.PER_HEAD);
    int channels = 2 * keyHeads * keyWidth + inner;
    CausalConvolution convolution = convolution(parts, layer, "ssm_conv1d", channels);
    float[] weight = tensors.vector(layer.name("ssm_norm"), inner / heads);
    return new GatedDeltaNet(
        projections(parts, layer, recurrence, channels),
        convolution,
        recurrence,
        new DecayGate(tensors.vector(layer.name("ssm_a"), heads), tensors.vector(layer.name("ssm_dt.bias"), heads)),
        new GatedNorm(heads, weight, config.rmsEpsilon(), Activation.SILU, false),
        parts.slots.add(options -> GatedDeltaNet.state(convolution, recurrence)));
  }

  /** Kimi Delta Attention, from the keys {@code kda.*}. */
  static KimiDeltaAttention kimi(Parts parts, Layer layer) {
    Config config = parts.config;
    Tensors tensors = parts.tensors;
    int heads = config.count("kda.head_count", config.heads());
    int width = config.positive("kda.head_dim");
    LinearRecurrence recurrence =
        new LinearRecurrence(heads, heads, false, width, width, Update.DELTA, Decay.PER_CHANNEL);
    KimiDeltaAttention.Convolutions convolutions =
        new KimiDeltaAttention.Convolutions(
            convolution(parts, layer, "ssm_conv1d_q", heads * width),
            convolution(parts, layer, "ssm_conv1d_k", heads * width),
            convolution(parts, layer, "ssm_conv1d_v", heads * width));
    return new KimiDeltaAttention(
        projections(parts, layer, heads * width, heads),
        convolutions,
        recurrence,
        new DecayGate(
            tensors.vector(layer.name("ssm_a"), heads), tensors.vector(layer.name("ssm_dt.bias"), heads * width)),
        new GatedNorm(
            heads, tensors.vector(layer.name("ssm_norm"), width), config.rmsEpsilon(), Activation.SIGMOID, false),
        parts.slots.add(options -> KimiDeltaAttention.state(convolutions, recurrence)));
  }

  private static KimiDeltaAttention.Projections projections(Parts parts, Layer layer, int inner, int heads) {
    Tensors tensors = parts.tensors;
    int width = parts.config.width();
    return new KimiDeltaAttention.Projections(
        tensors.linear(layer.name("attn_q"), inner, width),
        tensors.linear(layer.name("attn_k"), inner, width),
        tensors.linear(layer.name("attn_v"), inner, width),
        tensors.linear(layer.name("ssm_beta"), heads, width),
        tensors.linear(layer.name("ssm_f_a")),
        tensors.linear(layer.name("ssm_f_b")),
        tensors.linear(layer.name("ssm_g_a")),
        tensors.linear(layer.name("ssm_g_b")),
        tensors.linear(layer.name("attn_output"), width, inner));
  }

  private static CausalConvolution convolution(Parts parts, Layer layer, String name, int channels) {
    int taps = parts.config.positive("ssm.conv_kernel");
    return Convolutions.of(parts.tensors, layer.name(name), taps, channels, Activation.SILU);
  }

  private static GatedDeltaNet.Projections projections(
      Parts parts, Layer layer, LinearRecurrence recurrence, int channels) {
    Tensors tensors = parts.tensors;
    int heads = recurrence.heads();
    int width = parts.config.width();
    int inner = heads * recurrence.valueWidth();
    Linear qkv = tensors.linear(layer.name("attn_qkv"), channels, width);
    Linear z = tensors.linear(layer.name("attn_gate"), inner, width);
    Linear output = tensors.linear(layer.name("ssm_out"), width, inner);
    String fused = layer.name("ssm_ba");
    if (tensors.has(fused)) {
      int[] beta = halves(heads, recurrence.keyHeads(), 0);
      int[] alpha = halves(heads, recurrence.keyHeads(), 1);
      return new GatedDeltaNet.Projections(
          qkv, z, tensors.gather(fused, ".beta", beta), tensors.gather(fused, ".alpha", alpha), output);
    }
    return new GatedDeltaNet.Projections(
        qkv,
        z,
        tensors.linear(layer.name("ssm_beta"), heads, width),
        tensors.linear(layer.name("ssm_alpha"), heads, width),
        output);
  }

  /** Rows of one half of every group, where a group is the value heads of a key head. */
  private static int[] halves(int heads, int groups, int half) {
    int each = heads / groups;
    int[] rows = new int[heads];
    for (int h = 0; h < heads; h++) {
      rows[h] = h / each * 2 * each + half * each + h % each;
    }
    return rows;
  }
}

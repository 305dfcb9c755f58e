package dev.tern.architecture;

import dev.tern.kernel.Activation;
import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.GatedNorm;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.LinearRecurrence.Update;
import dev.tern.layer.DecayGate;
import dev.tern.layer.GatedDeltaNet;
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
    int heads = config.count("ssm.time_step_rank");
    int keyHeads = config.count("ssm.group_count");
    int keyWidth = config.count("ssm.state_size");
    int inner = config.count("ssm.inner_size");
    if (keyHeads < 1 || heads % keyHeads != 0) {
      throw config.invalid("ssm.group_count", "a divisor of %d heads".formatted(heads), keyHeads);
    }
    LinearRecurrence recurrence =
        new LinearRecurrence(heads, keyHeads, tiled, keyWidth, inner / heads, Update.DELTA, Decay.PER_HEAD);
    int channels = 2 * keyHeads * keyWidth + inner;
    CausalConvolution convolution =
        Convolutions.of(tensors, layer.name("ssm_conv1d"), config.count("ssm.conv_kernel"), channels, Activation.SILU);
    float[] weight = tensors.vector(layer.name("ssm_norm"), inner / heads);
    return new GatedDeltaNet(
        projections(parts, layer, recurrence, channels),
        convolution,
        recurrence,
        new DecayGate(tensors.vector(layer.name("ssm_a"), heads), tensors.vector(layer.name("ssm_dt.bias"), heads)),
        new GatedNorm(heads, weight, config.rmsEpsilon(), Activation.SILU, false),
        parts.slots.add(options -> GatedDeltaNet.state(convolution, recurrence)));
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

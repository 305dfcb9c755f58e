package dev.tern.architecture;

import dev.tern.kernel.Activation;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.LinearRecurrence.Update;
import dev.tern.layer.Block;
import dev.tern.layer.Embedding;
import dev.tern.layer.Linear;
import dev.tern.layer.Network;
import dev.tern.layer.Norm;
import dev.tern.layer.Residual;
import dev.tern.layer.ResidualBlock;
import dev.tern.layer.Rwkv7TimeMixing;
import dev.tern.layer.Rwkv7TimeMixing.Gates;
import dev.tern.layer.Rwkv7TimeMixing.Interpolations;
import dev.tern.layer.Rwkv7TimeMixing.Keys;
import dev.tern.layer.Rwkv7TimeMixing.LowRank;
import dev.tern.layer.Rwkv7TimeMixing.OutputNorm;
import dev.tern.layer.Rwkv7TimeMixing.Projections;
import dev.tern.layer.ShiftedFeedForward;
import java.util.Arrays;
import java.util.List;

/** RWKV-7 "Goose" (Peng et al. 2025, 2503.14456). */
final class Rwkv7 implements Architecture {
  /** The paper's 1e-5, times the square of the scale 8 that a head's output carries. */
  private static final float HEAD_EPSILON = 64e-5f;

  @Override
  public List<String> ids() {
    return List.of("rwkv7");
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    Norm embeddingNorm = parts.norm("token_embd_norm");
    return parts.network(
        new Embedding(tensors.weights("token_embd"), 1, null, null, embeddingNorm),
        parts.head(1, 0),
        layer -> block(parts, layer));
  }

  private static Block block(Parts parts, Layer layer) {
    Residual time = Residual.preNorm(parts.norm(layer.name("attn_norm")), timeMixing(parts, layer));
    return ResidualBlock.of(time, Residual.preNorm(parts.norm(layer.name("attn_norm_2")), channelMixing(parts, layer)));
  }

  private static ShiftedFeedForward channelMixing(Parts parts, Layer layer) {
    int width = parts.config.width();
    return new ShiftedFeedForward(
        parts.tensors.linear(layer.name("channel_mix_key")),
        parts.tensors.linear(layer.name("channel_mix_value")),
        parts.tensors.vector(layer.name("channel_mix_lerp_k"), width),
        parts.slots.add(options -> ShiftedFeedForward.state(width)));
  }

  private static Rwkv7TimeMixing timeMixing(Parts parts, Layer layer) {
    Tensors tensors = parts.tensors;
    int width = parts.config.width();
    int head = parts.config.divisor("wkv.head_size", width);
    int heads = width / head;
    LinearRecurrence recurrence =
        new LinearRecurrence(heads, heads, false, head, head, Update.LOW_RANK, Decay.PER_CHANNEL);
    return new Rwkv7TimeMixing(
        new Projections(
            tensors.linear(layer.name("time_mix_receptance")),
            tensors.linear(layer.name("time_mix_key")),
            tensors.linear(layer.name("time_mix_value")),
            tensors.linear(layer.name("time_mix_output"))),
        gates(tensors, layer),
        interpolations(tensors, layer, width),
        new Keys(
            tensors.vector(layer.name("time_mix_k_k"), width),
            tensors.vector(layer.name("time_mix_k_a"), width),
            tensors.vector(layer.name("time_mix_r_k"), width)),
        recurrence,
        new OutputNorm(
            tensors.vector(layer.name("time_mix_ln"), width),
            tensors.vector(layer.name("time_mix_ln.bias"), width),
            HEAD_EPSILON),
        parts.slots.add(options -> Rwkv7TimeMixing.state(recurrence)));
  }

  private static Gates gates(Tensors tensors, Layer layer) {
    LowRank decay = lowRank(tensors, layer, "w", Activation.TANH, Activation.SIGMOID);
    LowRank learning = lowRank(tensors, layer, "a", Activation.IDENTITY, Activation.SIGMOID);
    LowRank value = null;
    if (layer.index() > 0) {
      value = lowRank(tensors, layer, "v", Activation.IDENTITY, Activation.SIGMOID);
    } else {
      tensors.ignore(name -> name.matches("blk\\.0\\.time_mix_v[012]\\.weight"));
    }
    boolean gated = tensors.has(layer.name("time_mix_g1"));
    LowRank gate = gated ? lowRank(tensors, layer, "g", Activation.SIGMOID, Activation.IDENTITY) : null;
    return new Gates(decay, learning, value, gate);
  }

  private static LowRank lowRank(Tensors tensors, Layer layer, String gate, Activation inner, Activation outer) {
    String name = layer.name("time_mix_" + gate);
    Linear up = tensors.linear(name + "2", name + "2", tensors.vectorIf(name + "0"));
    return new LowRank(tensors.linear(name + "1"), inner, up, outer);
  }

  /** One tensor holds the weights of all inputs: five, and a sixth where there is an output gate. */
  private static Interpolations interpolations(Tensors tensors, Layer layer, int width) {
    int count = tensors.has(layer.name("time_mix_g1")) ? 6 : 5;
    float[] fused = tensors.vector(layer.name("time_mix_lerp_fused"), (long) count * width);
    float[][] parts = new float[6][];
    Arrays.setAll(parts, i -> i == count ? null : Arrays.copyOfRange(fused, i * width, (i + 1) * width));
    return new Interpolations(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
  }
}

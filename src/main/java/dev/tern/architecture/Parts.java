package dev.tern.architecture;

import dev.tern.kernel.Activation;
import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionShape;
import dev.tern.layer.Attention;
import dev.tern.layer.Block;
import dev.tern.layer.ChannelMixer;
import dev.tern.layer.Embedding;
import dev.tern.layer.FeedForward;
import dev.tern.layer.GatedActivation;
import dev.tern.layer.Head;
import dev.tern.layer.LanguageHead;
import dev.tern.layer.Linear;
import dev.tern.layer.Network;
import dev.tern.layer.Norm;
import dev.tern.layer.Residual;
import dev.tern.layer.ResidualBlock;
import dev.tern.layer.Slots;
import dev.tern.layer.TokenMixer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What most families have in common, from the usual keys and tensor names. */
final class Parts {
  final Config config;
  final Tensors tensors;
  final Slots slots = new Slots();

  Parts(Config config, Tensors tensors) {
    this.config = config;
    this.tensors = tensors;
  }

  /** A network of {@code block_count} blocks with the usual embedding and head. */
  Network network(Function<Layer, Block> block) {
    return network(Embedding.of(tensors.weights("token_embd")), head(1, 0), block);
  }

  Network network(Embedding embedding, Head head, Function<Layer, Block> block) {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(block.apply(new Layer(i)));
    }
    return new Network(embedding, List.copyOf(blocks), head, slots);
  }

  /** Output norm and output matrix; without {@code output.weight} the token embedding serves as one. */
  Head head(float scale, float softCap) {
    return new LanguageHead(norm("output_norm"), outputLinear(), scale, softCap);
  }

  Linear outputLinear() {
    return tensors.has("output")
        ? tensors.linear("output")
        : tensors.linear("output", "token_embd", tensors.vectorIf("output.bias"));
  }

  /** An RMS norm, or a layer norm where the checkpoint gives its epsilon; with a bias if there is one. */
  Norm norm(String name) {
    float[] weight = tensors.vector(name);
    if (config.has("attention.layer_norm_rms_epsilon")) {
      return new Norm.Rms(weight, config.rmsEpsilon());
    }
    return new Norm.Layer(weight, tensors.vectorIf(name + ".bias"), config.real("attention.layer_norm_epsilon"));
  }

  Norm normIf(String name) {
    return tensors.has(name) ? norm(name) : null;
  }

  /** A norm of query or key heads: per head if its weight is one head wide, else over the whole row; null for none. */
  Norm headNorm(String name, int heads) {
    float[] weight = tensors.vectorIf(name);
    if (weight == null) {
      return null;
    }
    return weight.length == config.keyWidth()
        ? new Norm.GroupRms(heads, weight, config.rmsEpsilon())
        : new Norm.Rms(weight, config.rmsEpsilon());
  }

  /** {@code x += mixer(attn_norm(x)); x += ffn(ffn_norm(x))}. */
  Block block(Layer layer, TokenMixer mixer, ChannelMixer channel) {
    return block(layer, mixer, channel, 1);
  }

  Block block(Layer layer, TokenMixer mixer, ChannelMixer channel, float residualScale) {
    return ResidualBlock.of(
        new Residual(normIf(layer.name("attn_norm")), mixer, normIf(layer.name("post_attention_norm")), residualScale),
        new Residual(normIf(layer.name("ffn_norm")), channel, normIf(layer.name("post_ffw_norm")), residualScale));
  }

  AttentionBuilder attention(Layer layer) {
    return new AttentionBuilder(this, layer);
  }

  /** The gated feed-forward {@code ffn_gate}, {@code ffn_up}, {@code ffn_down}. */
  FeedForward feedForward(Layer layer, Activation activation) {
    return feedForward(layer, "", new GatedActivation.Plain(activation));
  }

  /** A feed-forward whose tensors have a suffix (shared experts: {@code _shexp}). */
  FeedForward feedForward(Layer layer, String suffix, GatedActivation activation) {
    return new FeedForward(
        tensors.linearIf(layer.name("ffn_gate" + suffix)),
        tensors.linear(layer.name("ffn_up" + suffix)),
        tensors.linear(layer.name("ffn_down" + suffix)),
        activation);
  }

  /** Whether the feed-forward of this layer is a mixture of experts. */
  boolean hasExperts(Layer layer) {
    return tensors.has(layer.name("ffn_gate_inp"));
  }

  /** Refuses a head count that does not divide. */
  AttentionShape shape(int heads, int kvHeads, float scale, float softCap, float[] sinks) {
    if (kvHeads < 1 || heads % kvHeads != 0) {
      throw config.invalid("attention.head_count_kv", "a divisor of %d heads".formatted(heads), kvHeads);
    }
    return new AttentionShape(heads, kvHeads, config.keyWidth(), config.valueWidth(), scale, softCap, sinks);
  }

  /** The mask a user's policy makes of the architecture's own. */
  AttentionMask mask(AttentionMask own) {
    return config.options().attention().over(own);
  }

  int cacheSlot(AttentionShape shape, AttentionMask mask) {
    return slots.add(options -> Attention.cache(shape, mask, options));
  }
}

package dev.tern.architecture;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.architecture.huggingface.LayerTypes;
import dev.tern.kernel.Activation;
import dev.tern.kernel.CausalConvolution;
import dev.tern.layer.ChannelMixer;
import dev.tern.layer.Embedding;
import dev.tern.layer.LanguageHead;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import dev.tern.layer.ShortConvolution;
import dev.tern.layer.TokenMixer;
import java.util.List;

/** LFM2 (Liquid AI 2025): gated short convolutions and a little attention; also with experts. */
final class Lfm2 implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("lfm2", "lfm2moe");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        form("lfm2", "lfm2").build(),
        form("lfm2_moe", "lfm2moe")
            .layer("feed_forward.gate", "ffn_gate_inp")
            .layer("feed_forward.expert_bias", "exp_probs_b.bias")
            .layer("feed_forward.experts.*.w1", "ffn_gate.*")
            .layer("feed_forward.experts.*.w2", "ffn_down.*")
            .layer("feed_forward.experts.*.w3", "ffn_up.*")
            .key("expert_gating_func", config -> 2L)
            .otherwise("norm_topk_prob", true)
            .key("expert_gating_func", config -> 2L)
            .build());
  }

  private static HuggingFaceForm.Builder form(String modelType, String architecture) {
    return HuggingFaceForm.builder(modelType, architecture)
        .model("embedding_norm", "token_embd_norm")
        .layer("operator_norm", "attn_norm")
        .layer("ffn_norm", "ffn_norm")
        .layer("conv.in_proj", "shortconv.in_proj")
        .layer("conv.conv", "shortconv.conv", Derivations.squeezed())
        .layer("conv.out_proj", "shortconv.out_proj")
        .layer("self_attn.q_layernorm", "attn_q_norm")
        .layer("self_attn.k_layernorm", "attn_k_norm")
        .layer("self_attn.out_proj", "attn_output")
        .layer("feed_forward.w1", "ffn_gate")
        .layer("feed_forward.w2", "ffn_down")
        .layer("feed_forward.w3", "ffn_up")
        .key("attention.head_count_kv", LayerTypes::keyValueHeads)
        .count("shortconv.l_cache", "conv_L_cache");
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, false);
    return parts.network(
        Embedding.of(tensors.weights("token_embd")),
        new LanguageHead(parts.norm("token_embd_norm"), parts.outputLinear(), 1, 0),
        layer -> parts.block(layer, mixer(parts, layer, rope), channel(parts, layer)));
  }

  private static TokenMixer mixer(Parts parts, Layer layer, RotaryTable rope) {
    String input = layer.name("shortconv.in_proj");
    if (!parts.tensors.has(input)) {
      return parts.attention(layer).rope(rope).build();
    }
    int width = parts.config.width();
    CausalConvolution convolution =
        Convolutions.of(
            parts.tensors,
            layer.name("shortconv.conv"),
            parts.config.positive("shortconv.l_cache"),
            width,
            Activation.IDENTITY);
    return new ShortConvolution(
        parts.tensors.linear(input, 3 * width, width),
        convolution,
        parts.tensors.linear(layer.name("shortconv.out_proj"), width, width),
        parts.slots.add(options -> ShortConvolution.state(convolution)));
  }

  private static ChannelMixer channel(Parts parts, Layer layer) {
    return parts.hasExperts(layer)
        ? Experts.of(parts, layer).sigmoid(parts.config.flag("expert_weights_norm", true)).build()
        : parts.feedForward(layer, Activation.SILU);
  }
}

package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.kernel.Activation;
import dev.tern.kernel.AttentionMask;
import dev.tern.layer.Embedding;
import dev.tern.layer.FeedForward;
import dev.tern.layer.GatedActivation;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import java.util.List;

/** ModernBERT (Warner et al. 2024): an encoder with early norms, rotary embedding, and windows on most layers. */
final class ModernBert implements Architecture {
  private static final AttentionMask ALL = new AttentionMask(AttentionMask.Kind.FULL, 0, 0);

  @Override
  public List<String> ids() {
    return List.of("modern-bert");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        EncoderHeads.form("modernbert", "modern-bert")
            .only("attention_bias", false)
            .only("mlp_bias", false)
            .real("attention.layer_norm_epsilon", "norm_eps")
            .key("attention.layer_norm_rms_epsilon", config -> null)
            .count("attention.sliding_window", "local_attention")
            .count("attention.sliding_window_pattern", "global_attn_every_n_layers")
            .real("rope.freq_base", "rope_parameters.full_attention.rope_theta", "global_rope_theta")
            .real("rope.freq_base_swa", "rope_parameters.sliding_attention.rope_theta", "local_rope_theta")
            .key("classifier.pooling", config -> config.text("classifier_pooling", "cls"))
            .key("classifier.activation", config -> config.text("classifier_activation", "gelu"))
            .model("embeddings.tok_embeddings", "token_embd")
            .model("embeddings.norm", "token_embd_norm")
            .model("final_norm", "output_norm")
            .model("head.dense", "cls")
            .model("head.norm", "cls_norm")
            .model("decoder", "output")
            .model("classifier", "cls.output")
            .layer("attn_norm", "attn_norm")
            .layer("mlp_norm", "ffn_norm")
            .layer("attn.Wqkv", "attn_qkv")
            .layer("attn.Wo", "attn_output")
            .layer("mlp.Wi", "ffn_up")
            .layer("mlp.Wo", "ffn_down")
            .build());
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable global = Rope.plain(config.keyWidth(), config.real("rope.freq_base", 160_000), false);
    RotaryTable local = Rope.plain(config.keyWidth(), config.real("rope.freq_base_swa", 10_000), false);
    AttentionMask window =
        new AttentionMask(AttentionMask.Kind.LOCAL, config.count("attention.sliding_window", 128) / 2, 0);
    int interval = Math.max(1, config.count("attention.sliding_window_pattern", 3));
    return parts.network(
        new Embedding(tensors.weights("token_embd"), 1, null, null, parts.norm("token_embd_norm")),
        EncoderHeads.of(parts, parts.norm("output_norm"), new EncoderHeads.Classifier("gelu", "mean")),
        layer -> {
          boolean isGlobal = layer.index() % interval == 0;
          return parts.block(
              layer,
              parts.attention(layer).rope(isGlobal ? global : local).mask(isGlobal ? ALL : window).build(),
              feedForward(config, tensors, layer));
        });
  }

  /** {@code ffn_up} holds the rows that are activated, then those they multiply. */
  private static FeedForward feedForward(Config config, Tensors tensors, Layer layer) {
    int hidden = config.count("feed_forward_length");
    String fused = layer.name("ffn_up");
    return new FeedForward(
        tensors.slice(fused, ".gate", 0, hidden),
        tensors.slice(fused, ".up", hidden, hidden),
        tensors.linear(layer.name("ffn_down")),
        new GatedActivation.Plain(Activation.GELU));
  }
}

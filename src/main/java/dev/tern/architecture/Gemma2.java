package dev.tern.architecture;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.architecture.huggingface.HuggingFaceConfig;
import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.kernel.Activation;
import dev.tern.layer.Embedding;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import java.util.List;

/** Gemma 2 (Gemma Team 2024): windows on every other layer, soft caps on attention scores and logits. */
final class Gemma2 implements Architecture {
  private static final int LAYERS_OF_27B = 46;

  @Override
  public List<String> ids() {
    return List.of("gemma2");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        form("gemma2", "gemma2")
            .key("attn_logit_softcapping", config -> softCap(config, "attn_logit_softcapping"))
            .key("final_logit_softcapping", config -> softCap(config, "final_logit_softcapping"))
            .build());
  }

  /** Null switches a cap off; without the key it has the family's value. */
  private static Double softCap(HuggingFaceConfig config, String key) {
    if (config.isNull(key)) {
      return 0.0;
    }
    return config.has(key) ? config.real(key) : null;
  }

  /** Norms multiply by 1 + weight; the scale of the scores is named by its square. */
  static HuggingFaceForm.Builder form(String modelType, String architecture) {
    return HuggingFaceForm.builder(modelType, architecture)
        .activations("gelu_pytorch_tanh", "gelu", "gelu_new")
        .only("use_bidirectional_attention", false)
        .otherwise("query_pre_attn_scalar", 256)
        .otherwise("head_dim", 256)
        .otherwise("rms_norm_eps", 1e-6)
        .layer("post_attention_layernorm", "post_attention_norm")
        .key("attention.scale", config -> 1 / Math.sqrt(config.real("query_pre_attn_scalar")))
        .adjust(name -> name.endsWith("_norm.weight"), Derivations.plusOne());
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, false);
    float scoreCap = config.real("attn_logit_softcapping", 50);
    return parts.network(
        embedding(config, tensors),
        parts.head(1, config.real("final_logit_softcapping", 30)),
        layer ->
            parts.block(
                layer,
                parts
                    .attention(layer)
                    .rope(rope)
                    .window(window(config, layer))
                    .softCap(scoreCap)
                    .scale(scale(config))
                    .build(),
                parts.feedForward(layer, Activation.GELU_TANH)));
  }

  /** Gemma scales its embedding by √width. */
  static Embedding embedding(Config config, Tensors tensors) {
    return new Embedding(tensors.weights("token_embd"), (float) Math.sqrt(config.width()), null, null, null);
  }

  private static int window(Config config, Layer layer) {
    boolean local = config.flag("attention.sliding_window_pattern", layer, layer.index() % 2 == 0);
    return local ? config.count("attention.sliding_window") : 0;
  }

  /** The 27B model alone scales by width / heads, which is not its head width; metadata do not say so. */
  private static float scale(Config config) {
    double width = config.layers() == LAYERS_OF_27B ? (double) config.width() / config.heads() : config.keyWidth();
    return config.real("attention.scale", 1 / Math.sqrt(width));
  }
}

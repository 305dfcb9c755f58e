package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.kernel.Activation;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import java.util.List;

/** Gemma 3 (Gemma Team 2025): five layers with a window and a rotary base of their own to one that sees everything. */
final class Gemma3 implements Architecture {
  private static final int PATTERN = 6;
  private static final int LAYERS_OF_27B = 62;

  @Override
  public List<String> ids() {
    return List.of("gemma3");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(form("gemma3_text").build(), form("gemma3").build());
  }

  /** Published files name little of the language model: the rest is that of the 4B model. */
  private static HuggingFaceForm.Builder form(String modelType) {
    return Gemma2.form(modelType, "gemma3")
        .otherwise("num_attention_heads", 8)
        .otherwise("num_key_value_heads", 4)
        .otherwise("max_position_embeddings", 131072)
        .otherwise("rope_parameters.rope_theta", 1_000_000.0)
        .otherwise("sliding_window", 4096);
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable global = Rope.table(config, tensors, config.real("rope.freq_base", 1_000_000), false);
    RotaryTable local = Rope.plain(config.keyWidth(), config.real("rope.freq_base_swa", 10_000), false);
    return parts.network(
        Gemma2.embedding(config, tensors),
        parts.head(1, config.real("final_logit_softcapping", 0)),
        layer ->
            parts.block(
                layer,
                parts
                    .attention(layer)
                    .rope(isLocal(config, layer) ? local : global)
                    .window(isLocal(config, layer) ? config.count("attention.sliding_window") : 0)
                    .scale(scale(config))
                    .build(),
                parts.feedForward(layer, Activation.GELU_TANH)));
  }

  private static boolean isLocal(Config config, Layer layer) {
    return config.flag("attention.sliding_window_pattern", layer, (layer.index() + 1) % PATTERN != 0);
  }

  /** The 27B model alone scales by width / heads, which is not its head width; metadata do not say so. */
  private static float scale(Config config) {
    double width = config.layers() == LAYERS_OF_27B ? (double) config.width() / config.heads() : config.keyWidth();
    return config.real("attention.scale", 1 / Math.sqrt(width));
  }
}

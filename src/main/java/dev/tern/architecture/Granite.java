package dev.tern.architecture;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.kernel.Activation;
import dev.tern.layer.Embedding;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import java.util.List;

/** Granite 3 (IBM 2024): a Llama with multipliers on embedding, residuals, attention and logits; also with experts. */
final class Granite implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("granite", "granitemoe");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        HuggingFaceForm.of("granite", "granite"),
        withExperts("granitemoe", "granitemoe").build(),
        sharing("granitemoeshared", "granitemoe").build());
  }

  /** A form with experts and one that sees every token. */
  static HuggingFaceForm.Builder sharing(String modelType, String architecture) {
    return withExperts(modelType, architecture)
        .layerToo("shared_mlp.input_linear.weight", "ffn_gate_shexp.weight", Derivations.firstHalf())
        .layerToo("shared_mlp.input_linear.weight", "ffn_up_shexp.weight", Derivations.secondHalf())
        .layer("shared_mlp.output_linear", "ffn_down_shexp");
  }

  private static HuggingFaceForm.Builder withExperts(String modelType, String architecture) {
    return HuggingFaceForm.builder(modelType, architecture)
        .layer("block_sparse_moe.router.layer", "ffn_gate_inp")
        .layerToo("block_sparse_moe.input_linear.weight", "ffn_gate_exps.weight", Derivations.firstHalf())
        .layerToo("block_sparse_moe.input_linear.weight", "ffn_up_exps.weight", Derivations.secondHalf())
        .layer("block_sparse_moe.output_linear", "ffn_down_exps");
  }

  @Override
  public List<TensorOrder> orders(Config config) {
    return List.of(new RotaryOrder(config));
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, true);
    Embedding embedding =
        new Embedding(tensors.weights("token_embd"), config.real("embedding_scale", 1), null, null, null);
    float residual = config.real("residual_scale", 1);
    float attention = config.real("attention.scale", 1 / Math.sqrt(config.keyWidth()));
    return parts.network(
        embedding,
        parts.head(1 / config.real("logit_scale", 1), 0),
        layer ->
            parts.block(
                layer,
                parts.attention(layer).rope(rope).scale(attention).build(),
                parts.hasExperts(layer)
                    ? Experts.of(parts, layer).softmax(true).sharedIfPresent().build()
                    : parts.feedForward(layer, Activation.SILU),
                residual));
  }
}

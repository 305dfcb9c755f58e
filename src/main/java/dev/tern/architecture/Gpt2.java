package dev.tern.architecture;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.kernel.Activation;
import dev.tern.layer.Embedding;
import dev.tern.layer.Network;
import java.util.List;

/** GPT-2 (Radford et al. 2019) and its distilled relatives: learned positions, layer norms, biases everywhere. */
final class Gpt2 implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("gpt2");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    HuggingFaceForm.Builder form =
        HuggingFaceForm.builder("gpt2", "gpt2")
            .activations("gelu_new", "gelu_pytorch_tanh")
            .only("scale_attn_by_inverse_layer_idx", false)
            .only("add_cross_attention", false)
            .key("feed_forward_length", config -> (long) config.count("n_inner", 4 * config.count("n_embd")))
            .layer("ln_1", "attn_norm")
            .layer("ln_2", "ffn_norm")
            .ignore("attn.bias", "attn.masked_bias");
    // Its "Conv1D" is a linear whose weight is [in, out].
    return List.of(
        form.layer("attn.c_attn", "attn_qkv", Derivations.transposed())
            .layer("attn.c_proj", "attn_output", Derivations.transposed())
            .layer("mlp.c_fc", "ffn_up", Derivations.transposed())
            .layer("mlp.c_proj", "ffn_down", Derivations.transposed())
            .build());
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    Embedding embedding = new Embedding(tensors.weights("token_embd"), 1, tensors.weights("position_embd"), null, null);
    return parts.network(
        embedding,
        parts.head(1, 0),
        layer -> parts.block(layer, parts.attention(layer).build(), parts.feedForward(layer, Activation.GELU_TANH)));
  }
}

package dev.tern.architecture;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.layer.GatedActivation;
import dev.tern.layer.Network;
import dev.tern.layer.Residual;
import dev.tern.layer.ResidualBlock;
import dev.tern.layer.RotaryTable;
import java.util.List;

/** gpt-oss (OpenAI 2025): experts in MXFP4, learned attention sinks, windows on every other layer. */
final class GptOss implements Architecture {
  private static final float LIMIT = 7;
  private static final GatedActivation ACTIVATION = new GatedActivation.Clamped(1.702f, LIMIT);

  @Override
  public List<String> ids() {
    return List.of("gpt-oss");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        HuggingFaceForm.builder("gpt_oss", "gpt-oss")
            .count("expert_feed_forward_length", "intermediate_size")
            .only("swiglu_limit", (double) LIMIT)
            .layer("post_attention_layernorm", "post_attention_norm")
            .layer("mlp.router", "ffn_gate_inp")
            .layerToo(
                "mlp.experts.gate_up_proj",
                "ffn_gate_exps.weight",
                Derivations.transposed().then(Derivations.evenRows()))
            .layerToo(
                "mlp.experts.gate_up_proj", "ffn_up_exps.weight", Derivations.transposed().then(Derivations.oddRows()))
            .layer("mlp.experts.down_proj", "ffn_down_exps.weight", Derivations.transposed())
            .layerToo("mlp.experts.gate_up_proj_bias", "ffn_gate_exps.bias", Derivations.evenValues())
            .layerToo("mlp.experts.gate_up_proj_bias", "ffn_up_exps.bias", Derivations.oddValues())
            .layer("mlp.experts.down_proj_bias", "ffn_down_exps.bias")
            .layerToo("mlp.experts.gate_up_proj_blocks", "ffn_gate_exps.weight", Derivations.evenRows())
            .layerToo("mlp.experts.gate_up_proj_blocks", "ffn_up_exps.weight", Derivations.oddRows())
            .layer("mlp.experts.down_proj_blocks", "ffn_down_exps.weight")
            .build());
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, config.real("rope.freq_base"), false);
    return parts.network(
        layer ->
            ResidualBlock.of(
                Residual.preNorm(
                    parts.norm(layer.name("attn_norm")),
                    parts
                        .attention(layer)
                        .rope(rope)
                        .window(window(config, layer))
                        .sinks(tensors.vector(layer.name("attn_sinks")))
                        .build()),
                Residual.preNorm(
                    parts.norm(layer.name("post_attention_norm")),
                    Experts.of(parts, layer).softmaxOfChosen().activation(ACTIVATION).build())));
  }

  private static int window(Config config, Layer layer) {
    boolean local = config.flag("attention.sliding_window_pattern", layer, layer.index() % 2 == 0);
    return local ? config.count("attention.sliding_window") : 0;
  }
}

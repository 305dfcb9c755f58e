package dev.tern.architecture;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.architecture.huggingface.HuggingFaceConfig;
import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.checkpoint.TensorView;
import dev.tern.kernel.Activation;
import dev.tern.kernel.AttentionMask;
import dev.tern.layer.Embedding;
import dev.tern.layer.Network;
import dev.tern.layer.PostNormBlock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** BERT (Devlin et al. 2018), RoBERTa (Liu et al. 2019) and DistilBERT (Sanh et al. 2019): encoders with late norms. */
final class Bert implements Architecture {
  private static final AttentionMask ALL = new AttentionMask(AttentionMask.Kind.FULL, 0, 0);

  @Override
  public List<String> ids() {
    return List.of("bert");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(bert("bert").build(), roberta("roberta"), roberta("xlm-roberta"), distilBert());
  }

  private static HuggingFaceForm.Builder bert(String modelType) {
    return EncoderHeads.form(modelType, "bert")
        .model("embeddings.word_embeddings", "token_embd")
        .model("embeddings.position_embeddings", "position_embd")
        .model("embeddings.token_type_embeddings", "token_types")
        .model("embeddings.LayerNorm", "token_embd_norm")
        .model("pooler.dense", "cls")
        .model("classifier", "cls.output")
        .model("cls.predictions.transform.dense", "mlm")
        .model("cls.predictions.transform.LayerNorm", "mlm_norm")
        .model("cls.predictions.bias", "output.bias")
        .model("cls.predictions.decoder", "output")
        .layer("attention.self.query", "attn_q")
        .layer("attention.self.key", "attn_k")
        .layer("attention.self.value", "attn_v")
        .layer("attention.output.dense", "attn_output")
        .layer("attention.output.LayerNorm", "attn_output_norm")
        .layer("intermediate.dense", "ffn_up")
        .layer("output.dense", "ffn_down")
        .layer("output.LayerNorm", "layer_output_norm");
  }

  /** Positions are counted from behind the padding token, where GGUF begins; the classifier has its own first layer. */
  private static HuggingFaceForm roberta(String modelType) {
    return bert(modelType)
        .model("embeddings.position_embeddings", "position_embd", Bert::fromPadding)
        .key("context_length", config -> config.count("max_position_embeddings") - config.count("pad_token_id") - 1L)
        .model("classifier.dense", "cls")
        .model("classifier.out_proj", "cls.output")
        .model("lm_head.dense", "mlm")
        .model("lm_head.layer_norm", "mlm_norm")
        .model("lm_head.decoder", "output")
        .model("lm_head.bias", "output.bias")
        .build();
  }

  private static TensorView fromPadding(TensorView positions, HuggingFaceConfig config) {
    return Derivations.rows(positions, IntStream.range(config.count("pad_token_id") + 1, positions.rows()).toArray());
  }

  private static HuggingFaceForm distilBert() {
    return EncoderHeads.form("distilbert", "bert")
        .otherwise("layer_norm_eps", 1e-12)
        .key("classifier.activation", config -> "relu")
        .model("embeddings.word_embeddings", "token_embd")
        .model("embeddings.position_embeddings", "position_embd")
        .model("embeddings.LayerNorm", "token_embd_norm")
        .model("pre_classifier", "cls")
        .model("classifier", "cls.output")
        .model("vocab_transform", "mlm")
        .model("vocab_layer_norm", "mlm_norm")
        .model("vocab_projector", "output")
        .layer("attention.q_lin", "attn_q")
        .layer("attention.k_lin", "attn_k")
        .layer("attention.v_lin", "attn_v")
        .layer("attention.out_lin", "attn_output")
        .layer("sa_layer_norm", "attn_output_norm")
        .layer("ffn.lin1", "ffn_up")
        .layer("ffn.lin2", "ffn_down")
        .layer("output_layer_norm", "layer_output_norm")
        .build();
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    return parts.network(
        embedding(parts),
        EncoderHeads.of(parts, null, new EncoderHeads.Classifier("tanh", "cls")),
        layer ->
            new PostNormBlock(
                List.of(
                    new PostNormBlock.Part(
                        parts.attention(layer).mask(ALL).build(), parts.norm(layer.name("attn_output_norm"))),
                    new PostNormBlock.Part(
                        parts.feedForward(layer, Activation.GELU), parts.norm(layer.name("layer_output_norm"))))));
  }

  private static Embedding embedding(Parts parts) {
    Tensors tensors = parts.tensors;
    return new Embedding(
        tensors.weights("token_embd"),
        1,
        tensors.weights("position_embd"),
        segment(parts),
        parts.norm("token_embd_norm"));
  }

  /** All tokens are of the first segment. */
  private static float[] segment(Parts parts) {
    float[] types = parts.tensors.vectorIf("token_types");
    return types == null ? null : Arrays.copyOf(types, parts.config.width());
  }
}

package dev.tern.architecture.huggingface;

/** The names that most families share; a family's own rules go before them. */
final class CommonNames {
  /** Parts of tensors outside of layers. */
  static final NameTable MODEL =
      NameTable.of(
          "embed_tokens", "token_embd",
          "embeddings", "token_embd",
          "wte", "token_embd",
          "wpe", "position_embd",
          "norm", "output_norm",
          "norm_f", "output_norm",
          "ln_f", "output_norm",
          "final_layernorm", "output_norm",
          "lm_head", "output");

  /** Parts of tensors in layers. */
  static final NameTable LAYER =
      NameTable.of(
              "input_layernorm", "attn_norm",
              "post_attention_layernorm", "ffn_norm",
              "pre_feedforward_layernorm", "ffn_norm",
              "post_feedforward_layernorm", "post_ffw_norm",
              "self_attn.q_proj", "attn_q",
              "self_attn.k_proj", "attn_k",
              "self_attn.v_proj", "attn_v",
              "self_attn.qkv_proj", "attn_qkv",
              "self_attn.o_proj", "attn_output",
              "self_attn.q_norm", "attn_q_norm",
              "self_attn.k_norm", "attn_k_norm",
              "self_attn.sinks", "attn_sinks.weight",
              "self_attn.q_a_proj", "attn_q_a",
              "self_attn.q_a_layernorm", "attn_q_a_norm",
              "self_attn.q_b_proj", "attn_q_b",
              "self_attn.kv_a_proj_with_mqa", "attn_kv_a_mqa",
              "self_attn.kv_a_layernorm", "attn_kv_a_norm",
              "mlp.gate_proj", "ffn_gate",
              "mlp.up_proj", "ffn_up",
              "mlp.down_proj", "ffn_down",
              "mlp.gate", "ffn_gate_inp",
              "mlp.gate.e_score_correction_bias", "exp_probs_b.bias",
              "mlp.experts.*.gate_proj", "ffn_gate.*",
              "mlp.experts.*.up_proj", "ffn_up.*",
              "mlp.experts.*.down_proj", "ffn_down.*",
              "mlp.experts.down_proj", "ffn_down_exps.weight",
              "mlp.shared_expert.gate_proj", "ffn_gate_shexp",
              "mlp.shared_expert.up_proj", "ffn_up_shexp",
              "mlp.shared_expert.down_proj", "ffn_down_shexp",
              "mlp.shared_experts.gate_proj", "ffn_gate_shexp",
              "mlp.shared_experts.up_proj", "ffn_up_shexp",
              "mlp.shared_experts.down_proj", "ffn_down_shexp",
              "mlp.shared_expert_gate", "ffn_gate_inp_shexp",
              "block_sparse_moe.gate", "ffn_gate_inp",
              "block_sparse_moe.gate.e_score_correction_bias", "exp_probs_b.bias",
              "block_sparse_moe.experts.*.w1", "ffn_gate.*",
              "block_sparse_moe.experts.*.w2", "ffn_down.*",
              "block_sparse_moe.experts.*.w3", "ffn_up.*")
          .with(
              "mlp.experts.gate_up_proj",
              java.util.List.of(
                  new Target("ffn_gate_exps.weight", Derivations.firstHalf()),
                  new Target("ffn_up_exps.weight", Derivations.secondHalf())));

  private CommonNames() {}
}

package dev.tern.architecture.huggingface;

import static dev.tern.architecture.huggingface.KeyRule.count;
import static dev.tern.architecture.huggingface.KeyRule.counts;
import static dev.tern.architecture.huggingface.KeyRule.flag;
import static dev.tern.architecture.huggingface.KeyRule.real;

import dev.tern.checkpoint.Metadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The keys of {@code config.json} as GGUF names them: those that most families share. */
final class HuggingFaceKeys {
  static final List<String> LAYERS = List.of("num_hidden_layers", "n_layer", "n_layers", "num_layers");
  static final List<String> WIDTH = List.of("hidden_size", "n_embd", "dim", "d_model");
  static final List<String> HEADS = List.of("num_attention_heads", "n_head", "n_heads");

  /** Models without positions have no limit; this is what GGUF files say of them. */
  private static final long UNLIMITED = 1 << 20;

  private static final List<KeyRule> COMMON =
      List.of(
          count("block_count", LAYERS),
          count("embedding_length", WIDTH),
          count(
              "context_length",
              List.of("max_position_embeddings", "n_positions", "model_max_length", "seq_length", "n_ctx")),
          count("vocab_size", List.of("vocab_size")),
          count("feed_forward_length", List.of("intermediate_size", "n_inner", "hidden_dim")),
          count("attention.head_count", HEADS),
          counts("attention.head_count_kv", List.of("num_key_value_heads", "n_head_kv")),
          count("attention.key_length", List.of("head_dim")),
          count("attention.value_length", List.of("head_dim")),
          real("attention.layer_norm_rms_epsilon", List.of("rms_norm_eps", "norm_eps")),
          real("attention.layer_norm_epsilon", List.of("layer_norm_epsilon", "layer_norm_eps")),
          real("attention.scale", List.of("attention_multiplier")),
          real("attn_logit_softcapping", List.of("attn_logit_softcapping")),
          real("final_logit_softcapping", List.of("final_logit_softcapping")),
          count("attention.q_lora_rank", List.of("q_lora_rank")),
          count("attention.kv_lora_rank", List.of("kv_lora_rank")),
          count("expert_count", List.of("num_local_experts", "num_experts", "n_routed_experts")),
          count("expert_used_count", List.of("num_experts_per_tok", "num_experts_per_token", "experts_per_token")),
          count("expert_feed_forward_length", List.of("moe_intermediate_size")),
          count("expert_shared_count", List.of("n_shared_experts", "num_shared_experts")),
          count(
              "expert_shared_feed_forward_length",
              List.of("shared_expert_intermediate_size", "shared_intermediate_size")),
          flag("expert_weights_norm", List.of("norm_topk_prob", "moe_renormalize")),
          real("expert_weights_scale", List.of("routed_scaling_factor")),
          count("expert_group_count", List.of("n_group", "num_expert_group")),
          count("expert_group_used_count", List.of("topk_group")),
          count("leading_dense_block_count", List.of("first_k_dense_replace", "num_dense_layers")),
          real("embedding_scale", List.of("embedding_multiplier")),
          real("residual_scale", List.of("residual_multiplier")),
          real("logit_scale", List.of("logits_scaling")),
          new KeyRule("expert_gating_func", HuggingFaceKeys::gating),
          new KeyRule("rope.interleaved", config -> false));

  private static final Map<String, Long> GATINGS = Map.of("softmax", 1L, "sigmoid", 2L);

  private HuggingFaceKeys() {}

  /** The metadata that the family file reads; later rules win over earlier ones. */
  static Metadata translate(HuggingFaceConfig config, String name, String architecture, List<KeyRule> own) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("general.architecture", architecture);
    values.put("general.name", name);
    Stream.of(COMMON, SlidingWindows.RULES, RopeKeys.RULES, own)
        .flatMap(List::stream)
        .forEach(rule -> put(values, architecture + "." + rule.key(), rule.value().apply(config)));
    values.putIfAbsent(architecture + ".context_length", UNLIMITED);
    require(config, LAYERS);
    require(config, WIDTH);
    return new Metadata(config.source(), values);
  }

  private static void put(Map<String, Object> values, String key, Object value) {
    if (value == null) {
      values.remove(key);
    } else {
      values.put(key, value);
    }
  }

  private static void require(HuggingFaceConfig config, List<String> names) {
    if (config.first(names).isEmpty()) {
      throw config.invalid(names.getFirst(), "a count", "none");
    }
  }

  private static Long gating(HuggingFaceConfig config) {
    if (!config.has("scoring_func")) {
      return null;
    }
    String function = config.text("scoring_func", "");
    if (!GATINGS.containsKey(function)) {
      throw config.invalid("scoring_func", "softmax or sigmoid", function);
    }
    return GATINGS.get(function);
  }
}

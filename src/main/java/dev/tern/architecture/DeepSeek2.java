package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceConfig;
import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.architecture.huggingface.LatentProjections;
import dev.tern.kernel.Activation;
import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionShape;
import dev.tern.layer.ChannelMixer;
import dev.tern.layer.LatentAttention;
import dev.tern.layer.Linear;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import java.util.List;

/** DeepSeek-V2 and V3 (DeepSeek-AI 2024): latent attention; softmax or sigmoid routing in groups, shared experts. */
final class DeepSeek2 implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("deepseek2");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        form("deepseek_v2").build(),
        form("deepseek_v3").otherwise("scoring_func", "sigmoid").otherwise("norm_topk_prob", true).build());
  }

  private static HuggingFaceForm.Builder form(String modelType) {
    return HuggingFaceForm.builder(modelType, "deepseek2")
        .layerToo("self_attn.kv_b_proj.weight", "attn_k_b.weight", LatentProjections::keys)
        .layerToo("self_attn.kv_b_proj.weight", "attn_v_b.weight", LatentProjections::values)
        .key("attention.key_length", config -> (long) config.count("kv_lora_rank") + config.count("qk_rope_head_dim"))
        .count("attention.value_length", "kv_lora_rank")
        .key("attention.head_count_kv", config -> 1L)
        .count("rope.dimension_count", "qk_rope_head_dim")
        .count("attention.value_length_mla", "v_head_dim")
        .key(
            "attention.key_length_mla",
            config -> (long) config.count("qk_nope_head_dim") + config.count("qk_rope_head_dim"))
        .key("rope.interleaved", config -> config.flag("rope_interleave", true))
        .key("expert_group_count", config -> isGrouped(config) ? (Long) (long) config.count("n_group") : null);
  }

  /** The method "greedy" ignores groups that the file names. */
  private static boolean isGrouped(HuggingFaceConfig config) {
    return config.has("n_group") && !config.text("topk_method", "").equals("greedy");
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    LatentAttention.Widths widths = widths(config);
    RotaryTable rope = Rope.table(config, tensors, true);
    return parts.network(layer -> parts.block(layer, attention(parts, layer, widths, rope), channel(parts, layer)));
  }

  static LatentAttention.Widths widths(Config config) {
    int rotated = config.count("rope.dimension_count");
    return new LatentAttention.Widths(
        config.count("attention.head_count"),
        config.count("attention.key_length_mla") - rotated,
        rotated,
        config.count("attention.kv_lora_rank"),
        config.count("attention.value_length_mla"));
  }

  static LatentAttention attention(Parts parts, Layer layer, LatentAttention.Widths widths, RotaryTable rope) {
    Tensors tensors = parts.tensors;
    boolean lowRank = tensors.has(layer.name("attn_q_a"));
    LatentAttention.Projections projections =
        new LatentAttention.Projections(
            lowRank ? tensors.linear(layer.name("attn_q_a")) : null,
            lowRank ? parts.norm(layer.name("attn_q_a_norm")) : null,
            tensors.linear(layer.name(lowRank ? "attn_q_b" : "attn_q")),
            tensors.linear(layer.name("attn_kv_a_mqa"), widths.latent() + widths.rotated(), parts.config.width()),
            parts.norm(layer.name("attn_kv_a_norm")),
            heads(tensors, layer.name("attn_k_b"), widths),
            heads(tensors, layer.name("attn_v_b"), widths),
            tensors.linear(layer.name("attn_output")));
    AttentionMask mask = parts.mask(AttentionMask.CAUSAL);
    int slot = parts.slots.add(options -> widths.cache(mask, options));
    AttentionShape shape = widths.shape(scale(parts.config, widths));
    return new LatentAttention(projections, widths, rope, shape, mask, slot);
  }

  private static Linear[] heads(Tensors tensors, String name, LatentAttention.Widths widths) {
    return tensors.stack(name, widths.heads());
  }

  /** YaRN's factor on the scores, squared because queries and keys both carry it. */
  private static float scale(Config config, LatentAttention.Widths widths) {
    double magnitude =
        1 + config.real("rope.scaling.yarn_log_multiplier", 0) * Math.log(config.real("rope.scaling.factor", 1));
    return (float) (magnitude * magnitude / Math.sqrt(widths.plain() + widths.rotated()));
  }

  private static ChannelMixer channel(Parts parts, Layer layer) {
    if (!parts.hasExperts(layer)) {
      return parts.feedForward(layer, Activation.SILU);
    }
    Experts experts = Experts.of(parts, layer).sharedIfPresent();
    return (experts.isSigmoid() ? experts.groupBest(2) : experts).build();
  }
}

package dev.tern.architecture.huggingface;

import static dev.tern.architecture.huggingface.KeyRule.real;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rotary embeddings: base, how many dimensions turn, and the scalings. What GGUF has as tensors (the factors of Llama 3
 * and of LongRoPE) is computed here.
 */
final class RopeKeys {
  private static final String ROPE = "rope_parameters.";
  private static final List<String> LOCAL_BASES =
      List.of("rope_parameters.sliding_attention.rope_theta", "rope_local_base_freq");

  static final List<KeyRule> RULES =
      List.of(
          real("rope.freq_base", List.of(ROPE + "rope_theta")),
          real("rope.freq_base_swa", LOCAL_BASES),
          new KeyRule("rope.dimension_count", RopeKeys::dimensions),
          new KeyRule("rope.scaling.type", RopeKeys::scalingOfGguf),
          new KeyRule("rope.scaling.factor", config -> isScaled(config) ? factor(config) : null),
          new KeyRule("rope.scaling.original_context_length", config -> isScaled(config) ? trained(config) : null),
          new KeyRule("rope.scaling.attn_factor", RopeKeys::attentionFactor),
          new KeyRule("rope.scaling.yarn_log_multiplier", RopeKeys::logMultiplier),
          new KeyRule(
              "rope.scaling.yarn_truncate", config -> isYarn(config) ? config.flag(ROPE + "truncate", true) : null),
          real("rope.scaling.yarn_beta_fast", List.of(ROPE + "beta_fast")),
          real("rope.scaling.yarn_beta_slow", List.of(ROPE + "beta_slow")));

  private RopeKeys() {}

  /** The tensors that GGUF files have beside the model's own. */
  static Map<String, float[]> tensors(HuggingFaceConfig config) {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    if (scaling(config).equals("llama3")) {
      tensors.put("rope_freqs.weight", llama3Factors(config));
    }
    if (scaling(config).equals("longrope")) {
      tensors.put("rope_factors_long.weight", config.metadata().reals(ROPE + "long_factor"));
      tensors.put("rope_factors_short.weight", config.metadata().reals(ROPE + "short_factor"));
    }
    return tensors;
  }

  /** "type" before 2024, "rope_type" since. */
  private static String scaling(HuggingFaceConfig config) {
    String type = config.text(ROPE + "rope_type", config.text(ROPE + "type", "default"));
    return switch (type) {
      case "default", "linear", "llama3", "longrope", "yarn" -> type;
      case "su" -> "longrope";
      case "mrope" -> "default";
      default -> throw config.invalid("rope_type", "default, linear, llama3, longrope or yarn", type);
    };
  }

  private static String scalingOfGguf(HuggingFaceConfig config) {
    String local = config.text("rope_parameters.sliding_attention.rope_type", "default");
    if (!local.equals("default")) {
      throw config.invalid("rope_parameters.sliding_attention.rope_type", "default", local);
    }
    return switch (scaling(config)) {
      case "linear" -> "linear";
      case "longrope" -> "longrope";
      case "yarn" -> "yarn";
      default -> null;
    };
  }

  private static boolean isYarn(HuggingFaceConfig config) {
    return scaling(config).equals("yarn");
  }

  private static boolean isScaled(HuggingFaceConfig config) {
    return scalingOfGguf(config) != null;
  }

  private static Long dimensions(HuggingFaceConfig config) {
    double share = config.real(ROPE + "partial_rotary_factor", config.real("rotary_pct", 1));
    if (!(share > 0 && share <= 1)) {
      throw config.invalid("partial_rotary_factor", "a share above 0 and at most 1", share);
    }
    return share == 1 ? null : (Long) (long) (config.headWidth() * share);
  }

  private static Long trained(HuggingFaceConfig config) {
    return (long) config.count(ROPE + "original_max_position_embeddings", config.count("max_position_embeddings"));
  }

  private static double factor(HuggingFaceConfig config) {
    return config.has(ROPE + "factor")
        ? config.real(ROPE + "factor")
        : (double) config.count("max_position_embeddings") / trained(config);
  }

  /** GGUF's factor comes on top of YaRN's own {@code 1 + 0.1 ln(factor)}, unless there is a log multiplier. */
  private static Double attentionFactor(HuggingFaceConfig config) {
    if (!isScaled(config)) {
      return null;
    }
    if (!isYarn(config)) {
      return config.has(ROPE + "attention_factor") ? config.real(ROPE + "attention_factor") : null;
    }
    double own = logMultiplier(config) == null ? magnitude(config, 1) : 1;
    return magnitude(config) / own;
  }

  /** YaRN's factor on queries and keys (Peng et al. 2023, and the two knobs of DeepSeek-V2). */
  private static double magnitude(HuggingFaceConfig config) {
    if (config.has(ROPE + "attention_factor")) {
      return config.real(ROPE + "attention_factor");
    }
    double mscale = config.real(ROPE + "mscale", 0);
    double allDimensions = config.real(ROPE + "mscale_all_dim", 0);
    return mscale != 0 && allDimensions != 0
        ? magnitude(config, mscale) / magnitude(config, allDimensions)
        : magnitude(config, 1);
  }

  private static double magnitude(HuggingFaceConfig config, double weight) {
    double factor = factor(config);
    return factor <= 1 ? 1 : 1 + 0.1 * weight * Math.log(factor);
  }

  private static Double logMultiplier(HuggingFaceConfig config) {
    double allDimensions = isYarn(config) ? config.real(ROPE + "mscale_all_dim", 0) : 0;
    return allDimensions == 0 ? null : (Double) (0.1 * allDimensions);
  }

  /**
   * What Llama 3.1 (Grattafiori et al. 2024) divides frequencies by: {@code factor} for wavelengths that the trained
   * context holds fewer than {@code low_freq_factor} times, one from {@code high_freq_factor} times on.
   */
  private static float[] llama3Factors(HuggingFaceConfig config) {
    double factor = config.real(ROPE + "factor");
    double low = config.real(ROPE + "low_freq_factor");
    double high = config.real(ROPE + "high_freq_factor");
    Long rotated = dimensions(config);
    int width = rotated == null ? config.headWidth() : Math.toIntExact(rotated);
    float[] factors = new float[width / 2];
    for (int i = 0; i < factors.length; i++) {
      double wavelength = 2 * Math.PI * Math.pow(config.real(ROPE + "rope_theta"), 2.0 * i / width);
      double kept = Math.clamp((trained(config) / wavelength - low) / (high - low), 0, 1);
      factors[i] = (float) (1 / ((1 - kept) / factor + kept));
    }
    return factors;
  }
}

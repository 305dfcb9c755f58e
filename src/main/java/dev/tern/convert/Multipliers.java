package dev.tern.convert;

import dev.tern.architecture.Config;
import java.util.Arrays;

/** Factors of Falcon-H1 that Hugging Face directories have in their configuration, and GGUF files in their weights. */
final class Multipliers {
  private final Config config;
  private final boolean hasOutput;

  /**
   * @param hasOutput whether the output matrix is another one than the embeddings; else neither has factors
   */
  Multipliers(Config config, boolean hasOutput) {
    this.config = config;
    this.hasOutput = hasOutput;
  }

  /** Whether a key, without prefix, is in the weights of the file that is written. */
  boolean isFolded(String key) {
    return switch (key) {
      case "embedding_scale", "multiplier.logits" -> isTheirs() && hasOutput;
      default -> isTheirs() && key.startsWith("multiplier.");
    };
  }

  private boolean isTheirs() {
    return config.architecture().equals("falcon-h1");
  }

  /**
   * Factors on the rows of a matrix, or null where all are 1.
   *
   * @param tensor GGUF's name without suffix
   */
  float[] of(String tensor, int rows) {
    if (!isTheirs()) {
      return null;
    }
    String part = tensor.replaceFirst("blk\\.\\d+\\.", "");
    float[] factors = new float[rows];
    Arrays.fill(factors, factor(part));
    if (part.equals("ssm_in")) {
      inputs(factors);
    }
    for (float factor : factors) {
      if (factor != 1) {
        return factors;
      }
    }
    return null;
  }

  private float factor(String part) {
    float in = config.real("multiplier.attention_in", 1);
    return switch (part) {
      case "token_embd" -> hasOutput ? config.real("embedding_scale", 1) : 1;
      case "output" -> config.real("multiplier.logits", 1);
      case "attn_q", "attn_v" -> in;
      case "attn_k" -> in * config.real("multiplier.key", 1);
      case "attn_output" -> config.real("multiplier.attention_out", 1);
      case "ssm_out" -> config.real("multiplier.ssm_out", 1);
      case "ffn_gate" -> config.reals("multiplier.feed_forward", 1, 1)[0];
      case "ffn_down" -> config.reals("multiplier.feed_forward", 1, 1)[1];
      default -> 1;
    };
  }

  /** Rows of the gate, the values, the keys, the queries and the time steps. */
  private void inputs(float[] factors) {
    float[] parts = config.reals("multiplier.ssm", 1, 1, 1, 1, 1);
    int inner = config.count("ssm.inner_size");
    int keys = config.count("ssm.group_count") * config.count("ssm.state_size");
    int[] ends = {inner, 2 * inner, 2 * inner + keys, 2 * inner + 2 * keys, factors.length};
    for (int part = 0, from = 0; part < ends.length; from = ends[part++]) {
      Arrays.fill(factors, from, Math.clamp(ends[part], from, factors.length), parts[part]);
    }
  }
}

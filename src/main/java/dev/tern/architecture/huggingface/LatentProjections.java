package dev.tern.architecture.huggingface;

import dev.tern.checkpoint.TensorView;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The two halves of {@code kv_b_proj} of multi-head latent attention (DeepSeek-AI 2024): {@code [heads · (keys +
 * values), latent]}, where keys are without their rotated part.
 */
public final class LatentProjections {
  private LatentProjections() {}

  /** From keys back to the latent: {@code [heads, latent, keys]}. */
  public static TensorView keys(TensorView tensor, HuggingFaceConfig config) {
    int keys = config.count("qk_nope_head_dim");
    return Derivations.transpose(heads(tensor, config, 0, keys));
  }

  /** From the latent to values: {@code [heads, values, latent]}. */
  public static TensorView values(TensorView tensor, HuggingFaceConfig config) {
    return heads(tensor, config, config.count("qk_nope_head_dim"), config.count("v_head_dim"));
  }

  /** Rows {@code from … from + count} of every head. */
  private static TensorView heads(TensorView tensor, HuggingFaceConfig config, int from, int count) {
    int rows = config.count("qk_nope_head_dim") + config.count("v_head_dim");
    TensorView heads = Derivations.reshape(tensor, List.of((long) config.heads(), (long) rows, (long) tensor.cols()));
    return Derivations.rows(heads, IntStream.range(from, from + count).toArray());
  }
}

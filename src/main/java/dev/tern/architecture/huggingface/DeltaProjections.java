package dev.tern.architecture.huggingface;

import dev.tern.checkpoint.TensorView;
import java.util.stream.IntStream;

/**
 * The parts of {@code in_proj_qkvz} of Qwen3-Next: for every key head the rows of its query, its key, and the values
 * and gates of its value heads.
 */
public final class DeltaProjections {
  private DeltaProjections() {}

  /** All queries, all keys, all values. */
  public static TensorView queryKeyValue(TensorView tensor, HuggingFaceConfig config) {
    int keys = config.count("linear_key_head_dim");
    int values = values(config);
    IntStream queries = rows(config, 0, keys);
    IntStream rest = IntStream.concat(rows(config, keys, keys), rows(config, 2 * keys, values));
    return Derivations.rows(tensor, IntStream.concat(queries, rest).toArray());
  }

  /** The gates of the values. */
  public static TensorView gate(TensorView tensor, HuggingFaceConfig config) {
    int values = values(config);
    return Derivations.rows(tensor, rows(config, 2 * config.count("linear_key_head_dim") + values, values).toArray());
  }

  /** Values of the value heads of a key head. */
  private static int values(HuggingFaceConfig config) {
    int heads = config.count("linear_num_value_heads") / Math.max(1, config.count("linear_num_key_heads"));
    return heads * config.count("linear_value_head_dim");
  }

  /** Rows {@code from … from + count} of every group. */
  private static IntStream rows(HuggingFaceConfig config, int from, int count) {
    int each = 2 * config.count("linear_key_head_dim") + 2 * values(config);
    return IntStream.range(0, config.count("linear_num_key_heads"))
        .flatMap(group -> IntStream.range(group * each + from, group * each + from + count));
  }
}

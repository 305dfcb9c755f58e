package dev.tern.architecture;

import java.util.stream.IntStream;

/**
 * Value heads of linear attention go round the key heads: head h belongs to key head {@code h mod keyHeads}; Hugging
 * Face has the heads of one key head together.
 */
record TiledOrder(Config config) implements TensorOrder {
  @Override
  public String key() {
    return "ssm.tiled_heads";
  }

  @Override
  public int[] rows(String part, Layer layer) {
    int heads = config.count("ssm.time_step_rank");
    int width = config.count("ssm.inner_size") / heads;
    return switch (part) {
      case "attn_qkv", "ssm_conv1d" ->
          tiled(2 * config.count("ssm.group_count") * config.count("ssm.state_size"), width);
      case "attn_gate" -> tiled(0, width);
      case "ssm_beta", "ssm_alpha", "ssm_a", "ssm_dt" -> tiled(0, 1);
      default -> null;
    };
  }

  @Override
  public int[] columns(String part, Layer layer) {
    int heads = config.count("ssm.time_step_rank");
    return part.equals("ssm_out") ? tiled(0, config.count("ssm.inner_size") / heads) : null;
  }

  /** After {@code before} rows that stay, {@code width} for each head. */
  private int[] tiled(int before, int width) {
    int heads = config.count("ssm.time_step_rank");
    int keyHeads = config.count("ssm.group_count");
    int each = heads / keyHeads;
    IntStream values =
        IntStream.range(0, heads * width)
            .map(i -> (i / width % keyHeads * each + i / width / keyHeads) * width + i % width + before);
    return IntStream.concat(IntStream.range(0, before), values).toArray();
  }
}

package dev.tern.architecture;

/**
 * The two values that rotate together are neighbours in the rows of queries and keys; Hugging Face has all first values
 * of a head before all second ones.
 */
record RotaryOrder(Config config) implements TensorOrder {
  @Override
  public String key() {
    return "rope.interleaved";
  }

  @Override
  public int[] rows(String part, Layer layer) {
    return switch (part) {
      case "attn_q" -> neighbours(config.count("attention.head_count", layer));
      case "attn_k" ->
          neighbours(
              config.has("attention.head_count_kv")
                  ? config.count("attention.head_count_kv", layer)
                  : config.count("attention.head_count", layer));
      default -> null;
    };
  }

  private int[] neighbours(int heads) {
    int width = config.keyWidth();
    int[] rows = new int[Math.multiplyExact(heads, width)];
    for (int i = 0; i < rows.length; i++) {
      int inHead = i % width;
      rows[i] = i - inHead + inHead % 2 * (width / 2) + inHead / 2;
    }
    return rows;
  }

  @Override
  public int[] columns(String part, Layer layer) {
    return null;
  }
}

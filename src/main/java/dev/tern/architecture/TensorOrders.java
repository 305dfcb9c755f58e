package dev.tern.architecture;

import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How rows and columns of a checkpoint's linears are found when they come in the order of GGUF or of Hugging Face: what
 * an adapter needs that was trained on the other form of its base.
 */
public final class TensorOrders {
  private static final Pattern IN_LAYER = Pattern.compile("blk\\.(\\d{1,9})\\.(.+)");

  private final Config config;
  private final List<TensorOrder> orders;

  private TensorOrders(Config config, List<TensorOrder> orders) {
    this.config = config;
    this.orders = orders;
  }

  /** Those of the checkpoint with that configuration. */
  public static TensorOrders of(Config config) {
    return new TensorOrders(config, Architectures.of(config).orders(config));
  }

  /**
   * Which row of the other form each row of this checkpoint's tensor is; null where they are the same.
   *
   * @param tensor GGUF's name without suffix
   * @param huggingFace whether the other form is Hugging Face's, else GGUF's
   */
  public int[] rows(String tensor, boolean huggingFace) {
    return find(tensor, huggingFace, (order, place) -> order.rows(place.part, place.layer));
  }

  /** As {@link #rows}, for columns. */
  public int[] columns(String tensor, boolean huggingFace) {
    return find(tensor, huggingFace, (order, place) -> order.columns(place.part, place.layer));
  }

  private record Place(String part, Layer layer) {}

  private int[] find(String tensor, boolean huggingFace, BiFunction<TensorOrder, Place, int[]> axis) {
    Matcher name = IN_LAYER.matcher(tensor);
    if (!name.matches()) {
      return null;
    }
    Place place = new Place(name.group(2), new Layer(Integer.parseInt(name.group(1))));
    for (TensorOrder order : orders) {
      boolean isGguf = config.flag(order.key(), true);
      int[] permutation = isGguf == huggingFace ? axis.apply(order, place) : null;
      if (permutation != null) {
        return isGguf ? permutation : inverse(permutation);
      }
    }
    return null;
  }

  private static int[] inverse(int[] permutation) {
    int[] inverse = new int[permutation.length];
    for (int i = 0; i < inverse.length; i++) {
      inverse[permutation[i]] = i;
    }
    return inverse;
  }
}

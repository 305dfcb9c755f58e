package dev.tern.kernel.scalar;

import dev.tern.kernel.Products.Product;
import dev.tern.quant.Layout;
import dev.tern.quant.Weights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Some panels of a matrix, and the sums of their rows with all tokens. What the panels have at one place is gathered
 * side by side, so that the loops over it are long enough for the compiler to vectorise. One per worker, reused.
 */
final class PanelGroup {
  /** Panels of a group that is full. */
  static final int PANELS = 8;

  /** Rows of a group that is full. */
  static final int LANES = PANELS * Layout.PANEL;

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private final short[] halves = new short[LANES];
  private Weights weights;
  private int first;
  private int count;

  /** An array for each token: a loop over two arrays from the same index on is vectorised. */
  private float[][] sums = new float[0][];

  /** Groups of a matrix. */
  static int groups(Weights weights) {
    return Math.ceilDiv(Layout.panels(weights.rows()), PANELS);
  }

  /** Moves to group {@code group}, and sets the sums of {@code tokens} tokens to zero. */
  void start(Weights weights, int group, int tokens) {
    this.weights = weights;
    first = group * PANELS;
    count = Math.min(PANELS, Layout.panels(weights.rows()) - first);
    if (sums.length < tokens) {
      int known = sums.length;
      sums = Arrays.copyOf(sums, tokens);
      Arrays.setAll(sums, t -> t < known ? sums[t] : new float[LANES]);
    }
    for (int t = 0; t < tokens; t++) {
      Arrays.fill(sums[t], 0);
    }
  }

  /** Rows, with those that pad the last panel. */
  int lanes() {
    return count * Layout.PANEL;
  }

  float[] sums(int token) {
    return sums[token];
  }

  /**
   * Copies what every panel has from byte {@code from} on.
   *
   * @param out an array of the element's type, from index {@code to} on
   * @param each elements of a panel
   */
  void gather(ValueLayout element, long from, Object out, int to, int each) {
    long panelBytes = weights.layout().panelBytes(weights.cols());
    long at = first * panelBytes + from;
    for (int panel = 0; panel < count; panel++, at += panelBytes) {
      MemorySegment.copy(weights.data(), element, at, out, to + panel * each, each);
    }
  }

  /** Half floats in the order of the lanes. */
  void halves(long from, float[] out) {
    gather(SHORT, from, halves, 0, Layout.PANEL);
    for (int i = 0; i < lanes(); i++) {
      out[i] = Float.float16ToFloat(halves[i]);
    }
  }

  /** Writes a token's sums, times two factors, to the product's output. */
  void store(Product product, int token, boolean laneOrder, float scale, float factor) {
    int row = first * Layout.PANEL;
    float[] out = product.out.data();
    int at = product.out.offset(product.outRow + token) + row;
    for (int i = 0; i < Math.min(lanes(), weights.rows() - row); i++) {
      int lane = laneOrder ? i / Layout.PANEL * Layout.PANEL + Layout.lane(i % Layout.PANEL) : i;
      out[at + i] = sums[token][lane] * scale * factor;
    }
  }
}

package dev.tern.kernel.scalar;

import dev.tern.kernel.Products.Product;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.Codebook;
import dev.tern.quant.Layout;
import dev.tern.quant.Unpacking;
import dev.tern.quant.Weights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Prefill of 4-bit layouts with 8-bit activations in plain loops, with the very rounding of the whole-number tiles of
 * the vector kernels. The lanes of several panels lie side by side, so that the loops over them are long enough for the
 * compiler to vectorise.
 */
final class PlainNibbles implements WorkerPool.Task {
  private static final int PANELS = 8;
  private static final int LANES = PANELS * Layout.PANEL;
  private static final ValueLayout.OfChar CHAR = ValueLayout.JAVA_CHAR_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  /** What one worker computes with. */
  private static final class Buffers {
    private final char[] words = new char[8 * LANES];
    private final short[] whole = new short[LANES];
    private final short[] halves = new short[LANES];
    private final float[] scales = new float[LANES];
    private float[] sums = new float[0];
  }

  private final WorkerPool pool;
  private final Buffers[] buffers;
  private PlainQuantized[] rows = new PlainQuantized[0];
  private Product product;

  PlainNibbles(WorkerPool pool) {
    this.pool = pool;
    buffers = new Buffers[pool.count()];
    Arrays.setAll(buffers, i -> new Buffers());
  }

  /** Whether the sum of codes and activations of a block is a whole number of 16 bits. */
  static boolean supports(Weights weights) {
    return weights.layout() == Layout.Q4 && weights.codebook() == Codebook.SIGNED
        || weights.layout() == Layout.Q4_K && weights.codebook() == Codebook.UNSIGNED;
  }

  void multiply(Product product) {
    this.product = product;
    quantize();
    pool.run(Math.ceilDiv(Layout.panels(product.weights.rows()), PANELS), this);
    this.product = null;
  }

  private void quantize() {
    if (rows.length < product.rows) {
      int known = rows.length;
      rows = Arrays.copyOf(rows, product.rows);
      Arrays.setAll(rows, i -> i < known ? rows[i] : new PlainQuantized());
    }
    for (int t = 0; t < product.rows; t++) {
      rows[t].set(product.in.data(), product.in.offset(product.inRow + t), product.in.width());
    }
  }

  @Override
  public void run(int from, int to, int worker) {
    for (int group = from; group < to; group++) {
      int first = group * PANELS;
      panels(first, Math.min(PANELS, Layout.panels(product.weights.rows()) - first), buffers[worker]);
    }
  }

  private void panels(int first, int count, Buffers buffers) {
    Weights weights = product.weights;
    int blocks = weights.layout().blocks(weights.cols());
    int lanes = count * Layout.PANEL;
    if (buffers.sums.length < product.rows * LANES) {
      buffers.sums = new float[product.rows * LANES];
    }
    Arrays.fill(buffers.sums, 0, product.rows * LANES, 0);
    if (weights.layout() == Layout.Q4_K) {
      for (int block = 0; block < blocks; block++) {
        offsets(first, count, block, buffers.scales);
        for (int t = 0; t < product.rows; t++) {
          add(rows[t].totals[block], buffers.scales, buffers.sums, t * LANES, lanes);
        }
      }
    }
    for (int block = 0; block < blocks; block++) {
      words(first, count, block, buffers.words);
      scales(first, count, block, buffers);
      for (int t = 0; t < product.rows; t++) {
        block(rows[t], block, lanes, buffers, t * LANES);
      }
    }
    for (int t = 0; t < product.rows; t++) {
      store(first, count, t, buffers.sums);
    }
  }

  private void offsets(int first, int count, int block, float[] offsets) {
    for (int panel = 0; panel < count; panel++) {
      for (int row = 0; row < Layout.PANEL; row++) {
        int index = (first + panel) * Layout.PANEL + row;
        float scale = Unpacking.scale(product.weights, index, 32 * block);
        offsets[panel * Layout.PANEL + Layout.lane(row)] =
            scale * -8 - Unpacking.min(product.weights, index, 32 * block);
      }
    }
  }

  private void scales(int first, int count, int block, Buffers buffers) {
    if (product.weights.layout() == Layout.Q4) {
      halves(first, count, block, buffers);
      return;
    }
    for (int panel = 0; panel < count; panel++) {
      for (int row = 0; row < Layout.PANEL; row++) {
        int index = (first + panel) * Layout.PANEL + row;
        buffers.scales[panel * Layout.PANEL + Layout.lane(row)] = Unpacking.scale(product.weights, index, 32 * block);
      }
    }
  }

  /** Scales that are stored as half floats in the order of the lanes. */
  private void halves(int first, int count, int block, Buffers buffers) {
    long panelBytes = product.weights.layout().panelBytes(product.weights.cols());
    long from = first * panelBytes + product.weights.layout().block(block) + 512;
    for (int panel = 0; panel < count; panel++, from += panelBytes) {
      MemorySegment.copy(product.weights.data(), SHORT, from, buffers.halves, panel * Layout.PANEL, Layout.PANEL);
    }
    for (int i = 0; i < count * Layout.PANEL; i++) {
      buffers.scales[i] = Float.float16ToFloat(buffers.halves[i]);
    }
  }

  /** Words {@code [8][lanes]} of a block. */
  private void words(int first, int count, int block, char[] words) {
    Layout layout = product.weights.layout();
    MemorySegment data = product.weights.data();
    long panelBytes = layout.panelBytes(product.weights.cols());
    long from = first * panelBytes + layout.block(block);
    for (int panel = 0; panel < count; panel++, from += panelBytes) {
      for (int line = 0; line < 8; line++) {
        MemorySegment.copy(data, CHAR, from + 64 * line, words, line * LANES + panel * Layout.PANEL, Layout.PANEL);
      }
    }
  }

  private static void add(float x, float[] values, float[] sums, int at, int count) {
    for (int i = 0; i < count; i++) {
      sums[at + i] = Math.fma(x, values[i], sums[at + i]);
    }
  }

  private static void block(PlainQuantized row, int block, int lanes, Buffers buffers, int at) {
    Arrays.fill(buffers.whole, 0, lanes, (short) row.starts[block]);
    for (int line = 0, k = 32 * block; line < 8; line++, k += 4) {
      line(buffers.words, line * LANES, row.multipliers, k, buffers.whole, lanes);
    }
    scale(buffers.whole, buffers.scales, row.scales[block], buffers.sums, at, lanes);
  }

  private static void line(char[] words, int at, char[] multipliers, int k, short[] sums, int lanes) {
    char a = multipliers[k];
    char b = multipliers[k + 1];
    char c = multipliers[k + 2];
    char d = multipliers[k + 3];
    for (int i = 0; i < lanes; i++) {
      char word = words[at + i];
      sums[i] = (short) (sums[i] + word * a + (word >>> 4) * b + (word >>> 8) * c + (word >>> 12) * d);
    }
  }

  private static void scale(short[] whole, float[] scales, float unit, float[] sums, int at, int lanes) {
    for (int i = 0; i < lanes; i++) {
      sums[at + i] = Math.fma((float) (whole[i] << 16), scales[i] * unit, sums[at + i]);
    }
  }

  private void store(int first, int count, int t, float[] sums) {
    int row = first * Layout.PANEL;
    int rows = Math.min(count * Layout.PANEL, product.weights.rows() - row);
    float[] out = product.out.data();
    int at = product.out.offset(product.outRow + t) + row;
    for (int i = 0; i < rows; i++) {
      int lane = t * LANES + i / Layout.PANEL * Layout.PANEL + Layout.lane(i % Layout.PANEL);
      out[at + i] = sums[lane] * 0x1p-56f * this.rows[t].factor;
    }
  }
}

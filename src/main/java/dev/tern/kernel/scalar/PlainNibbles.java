package dev.tern.kernel.scalar;

import static dev.tern.kernel.scalar.PanelGroup.LANES;

import dev.tern.kernel.Products.Product;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.Layout;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Prefill of 4-bit layouts with 8-bit activations in plain loops, with the very rounding of the whole-number tiles of
 * the vector kernels: {@link Layout#Q4} with signed codes and {@link Layout#Q4_K}.
 */
final class PlainNibbles implements WorkerPool.Task {
  private static final ValueLayout.OfChar CHAR = ValueLayout.JAVA_CHAR_UNALIGNED;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  /** Bytes of the codes of a block. */
  private static final int CODES = 512;

  /** What one worker computes with, in the order of the lanes. */
  private static final class Buffers {
    private final PanelGroup group = new PanelGroup();
    private final char[] words = new char[8 * LANES];
    private final byte[] bytes = new byte[2 * LANES];
    private final short[] whole = new short[LANES];
    private final float[] scales = new float[LANES];
    private final float[] offsets = new float[LANES];
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

  void multiply(Product product) {
    this.product = product;
    quantize();
    pool.run(PanelGroup.groups(product.weights), this);
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
      buffers[worker].group.start(product.weights, group, product.rows);
      multiply(buffers[worker]);
    }
  }

  private void multiply(Buffers buffers) {
    Layout layout = product.weights.layout();
    int blocks = layout.blocks(product.weights.cols());
    PanelGroup group = buffers.group;
    if (layout == Layout.Q4_K) {
      for (int block = 0; block < blocks; block++) {
        offsets(layout, block, buffers);
        for (int t = 0; t < product.rows; t++) {
          PlainFloats.add(rows[t].totals[block], buffers.offsets, group.sums(t), group.lanes());
        }
      }
    }
    for (int block = 0; block < blocks; block++) {
      scales(layout, block, buffers);
      for (int line = 0; line < 8; line++) {
        group.gather(CHAR, layout.block(block) + 64 * line, buffers.words, line * LANES, Layout.PANEL);
      }
      for (int t = 0; t < product.rows; t++) {
        block(rows[t], block, buffers, group.sums(t));
      }
    }
    for (int t = 0; t < product.rows; t++) {
      group.store(product, t, true, 0x1p-56f, rows[t].factor);
    }
  }

  private static void scales(Layout layout, int block, Buffers buffers) {
    if (layout == Layout.Q4) {
      buffers.group.halves(layout.block(block) + CODES, buffers.scales);
    } else {
      buffers.group.halves(layout.superBlock(block), buffers.scales);
      buffers.group.gather(BYTE, layout.block(block) + CODES, buffers.bytes, 0, 2 * Layout.PANEL);
      multiply(buffers.scales, buffers.bytes, 0, 1, buffers.group.lanes());
    }
  }

  /** −(8 · scale + minimum). */
  private static void offsets(Layout layout, int block, Buffers buffers) {
    scales(layout, block, buffers);
    buffers.group.halves(layout.superBlock(block) + 64, buffers.offsets);
    multiply(buffers.offsets, buffers.bytes, 2, -1, buffers.group.lanes());
    for (int i = 0; i < buffers.group.lanes(); i++) {
      buffers.offsets[i] = buffers.scales[i] * -8 - buffers.offsets[i];
    }
  }

  /** Multiplies units with whole numbers: words of four hold those of two lanes, scales first, then minimums. */
  private static void multiply(float[] units, byte[] bytes, int at, int sign, int lanes) {
    for (int i = 0; i < lanes; i++) {
      units[i] *= sign * bytes[(i >> 1) * 4 + (i & 1) + at];
    }
  }

  private static void block(PlainQuantized row, int block, Buffers buffers, float[] sums) {
    int lanes = buffers.group.lanes();
    Arrays.fill(buffers.whole, 0, lanes, (short) row.starts[block]);
    for (int line = 0, k = 32 * block; line < 8; line++, k += 4) {
      line(buffers.words, line * LANES, row.multipliers, k, buffers.whole, lanes);
    }
    scale(buffers.whole, buffers.scales, row.scales[block], sums, lanes);
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

  private static void scale(short[] whole, float[] scales, float unit, float[] sums, int lanes) {
    for (int i = 0; i < lanes; i++) {
      sums[i] = Math.fma((float) (whole[i] << 16), scales[i] * unit, sums[i]);
    }
  }
}

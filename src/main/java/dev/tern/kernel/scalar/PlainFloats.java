package dev.tern.kernel.scalar;

import static dev.tern.kernel.scalar.PanelGroup.LANES;

import dev.tern.kernel.Products.Product;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.Layout;
import dev.tern.quant.Scales;
import dev.tern.quant.Weights;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Prefill of layouts of floats and of 8-bit codes in plain loops, with the very rounding of the float tiles of the
 * vector kernels: one multiply-add per column, in order.
 */
final class PlainFloats implements WorkerPool.Task {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  /** Where the scales of a row lie: half floats in the order of the lanes, or words of two rows' whole numbers. */
  private static final int[] UNITS = new int[LANES];

  private static final int[] WHOLE = new int[LANES];

  static {
    for (int row = 0; row < LANES; row++) {
      int r = row % Layout.PANEL;
      UNITS[row] = row - r + Layout.lane(r);
      WHOLE[row] = 2 * (row - r) + r % 16 * 4 + r / 16;
    }
  }

  /** What one worker computes with. */
  private static final class Buffers {
    private final PanelGroup group = new PanelGroup();
    private final short[] halves = new short[LANES];
    private final int[] quads = new int[LANES];
    private final byte[] bytes = new byte[2 * LANES];
    private final float[] units = new float[LANES];
    private final float[] scales = new float[LANES];
    private final float[] column = new float[LANES];
  }

  private final WorkerPool pool;
  private final Buffers[] buffers;
  private Product product;

  PlainFloats(WorkerPool pool) {
    this.pool = pool;
    buffers = new Buffers[pool.count()];
    Arrays.setAll(buffers, i -> new Buffers());
  }

  /** Whether weights are decoded without rounding that depends on how it is done. */
  static boolean supports(Weights weights) {
    return switch (weights.layout()) {
      case F32, F16, BF16, Q8, Q8_K16 -> true;
      default -> false;
    };
  }

  void multiply(Product product) {
    this.product = product;
    pool.run(PanelGroup.groups(product.weights), this);
    this.product = null;
  }

  @Override
  public void run(int from, int to, int worker) {
    Weights weights = product.weights;
    boolean laneOrder = weights.layout() == Layout.F16 || weights.layout() == Layout.BF16;
    Buffers buffers = this.buffers[worker];
    for (int group = from; group < to; group++) {
      buffers.group.start(weights, group, product.rows);
      for (int block = 0; block < weights.layout().blocks(weights.cols()); block++) {
        if (weights.layout().codeBits() == 0) {
          column(weights.layout(), block, buffers);
          add(block, buffers);
        } else {
          codes(weights.layout(), block, buffers);
        }
      }
      for (int t = 0; t < product.rows; t++) {
        buffers.group.store(product, t, laneOrder, 1, 1);
      }
    }
  }

  /** Adds what a column contributes. */
  private void add(int column, Buffers buffers) {
    for (int t = 0; t < product.rows; t++) {
      float x = product.in.data()[product.in.offset(product.inRow + t) + column];
      add(x, buffers.column, buffers.group.sums(t), buffers.group.lanes());
    }
  }

  static void add(float x, float[] values, float[] sums, int count) {
    for (int i = 0; i < count; i++) {
      sums[i] = Math.fma(x, values[i], sums[i]);
    }
  }

  private static void column(Layout layout, int column, Buffers buffers) {
    PanelGroup group = buffers.group;
    long from = layout.block(column);
    switch (layout) {
      case F32 -> group.gather(FLOAT, from, buffers.column, 0, Layout.PANEL);
      case F16 -> group.halves(from, buffers.column);
      default -> {
        group.gather(SHORT, from, buffers.halves, 0, Layout.PANEL);
        for (int i = 0; i < group.lanes(); i++) {
          buffers.column[i] = Float.intBitsToFloat(buffers.halves[i] << 16);
        }
      }
    }
  }

  private void codes(Layout layout, int block, Buffers buffers) {
    long from = layout.block(block);
    boolean perBlock = layout.scales() == Scales.HALF;
    buffers.group.halves(perBlock ? from + 1024 : layout.superBlock(block), buffers.units);
    if (!perBlock) {
      buffers.group.gather(BYTE, from + 1024, buffers.bytes, 0, 2 * Layout.PANEL);
    }
    int columns = Math.min(32, product.weights.cols() - 32 * block);
    for (int c = 0; c < columns; c++) {
      if (c % 16 == 0) {
        scales(perBlock, c / 16, buffers);
      }
      if (c % 4 == 0) {
        buffers.group.gather(INT, from + 32 * c, buffers.quads, 0, Layout.PANEL);
      }
      decode(buffers.quads, 8 * (c % 4), buffers.scales, buffers.column, buffers.group.lanes());
      add(32 * block + c, buffers);
    }
  }

  /** Scales in the order of the rows; those per 16 columns are whole numbers of units. */
  private static void scales(boolean perBlock, int half, Buffers buffers) {
    for (int row = 0; row < buffers.group.lanes(); row++) {
      float unit = buffers.units[UNITS[row]];
      buffers.scales[row] = perBlock ? unit : unit * buffers.bytes[WHOLE[row] + 2 * half];
    }
  }

  private static void decode(int[] quads, int shift, float[] scales, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = scales[i] * ((quads[i] >>> shift & 255) - 128);
    }
  }
}

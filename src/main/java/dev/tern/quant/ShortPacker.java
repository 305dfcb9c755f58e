package dev.tern.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Moves rows of 16-bit floats to panels of the same type, two values that share a 32-bit lane at a time. */
final class ShortPacker implements PanelPacker {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final int ROWS = Layout.PANEL;
  private static final int LANES = ROWS / 2;

  /** Columns that are moved at a time: few enough to stay in the first level cache. */
  private static final int STEP = 64;

  @Override
  public void pack(RowSource source, int row, MemorySegment panel) {
    int cols = source.cols();
    int rows = Math.min(ROWS, source.rows() - row);
    short[] values = new short[ROWS * Math.min(STEP, cols)];
    int[] pairs = new int[LANES * Math.min(STEP, cols)];
    for (int column = 0; column < cols; column += STEP) {
      int count = Math.min(STEP, cols - column);
      if (count == cols && source.order() == null) {
        MemorySegment.copy(source.data(), SHORT, source.offset(row), values, 0, rows * cols);
      } else {
        for (int r = 0; r < rows; r++) {
          MemorySegment.copy(source.data(), SHORT, source.offset(row + r) + 2L * column, values, r * count, count);
        }
      }
      Arrays.fill(values, rows * count, ROWS * count, (short) 0);
      pair(values, count, pairs);
      MemorySegment.copy(pairs, 0, panel, INT, (long) column * Layout.BF16.blockBytes(), LANES * count);
    }
  }

  /** Rows r and r + 16 meet in lane r. */
  private static void pair(short[] values, int count, int[] pairs) {
    int high = LANES * count;
    for (int r = 0; r < LANES; r++) {
      int from = r * count;
      for (int i = 0; i < count; i++) {
        pairs[i * LANES + r] = values[from + i] & 0xffff | values[high + from + i] << 16;
      }
    }
  }
}

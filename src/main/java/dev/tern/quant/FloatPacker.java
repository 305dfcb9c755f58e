package dev.tern.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Decodes rows to floats and writes them to panels of floats, rounding to nearest where the layout has 16 bits. */
record FloatPacker(BlockCodec codec, Layout layout) implements PanelPacker {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  /** Columns that are written for all rows before the next: few enough to stay in the first level cache. */
  private static final int STEP = 64;

  @Override
  public void pack(RowSource source, int row, MemorySegment panel) {
    int cols = source.cols();
    int rows = Math.min(Layout.PANEL, source.rows() - row);
    float[] values = new float[Math.multiplyExact(rows, cols)];
    for (int r = 0; r < rows; r++) {
      codec.decode(source.data(), source.offset(row + r), values, r * cols, cols);
    }
    for (int column = 0; column < cols; column += STEP) {
      int count = Math.min(STEP, cols - column);
      for (int r = 0; r < rows; r++) {
        long to = (long) column * layout.blockBytes();
        int from = r * cols + column;
        switch (layout) {
          case F32 -> floats(values, from, count, panel, to + 4 * r);
          case F16 -> halves(values, from, count, panel, to + 2 * Layout.lane(r));
          case BF16 -> bfloats(values, from, count, panel, to + 2 * Layout.lane(r));
          default -> throw new IllegalArgumentException(layout + " holds no floats");
        }
      }
    }
  }

  private static void floats(float[] values, int from, int count, MemorySegment panel, long to) {
    for (int i = 0; i < count; i++) {
      panel.set(FLOAT, to + 128L * i, values[from + i]);
    }
  }

  private static void halves(float[] values, int from, int count, MemorySegment panel, long to) {
    for (int i = 0; i < count; i++) {
      panel.set(SHORT, to + 64L * i, Float.floatToFloat16(values[from + i]));
    }
  }

  private static void bfloats(float[] values, int from, int count, MemorySegment panel, long to) {
    for (int i = 0; i < count; i++) {
      panel.set(SHORT, to + 64L * i, bfloat16(values[from + i]));
    }
  }

  /** Nearest, ties to even; a NaN stays one. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) (Float.isNaN(value) ? bits >>> 16 | 0x40 : bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}

package dev.tern.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Rows of packed matrices as floats: plain loops, the definition of what a layout means. */
public final class Unpacking {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private Unpacking() {}

  /** Writes row {@code row} to {@code out[at … at + cols)}. */
  public static void row(Weights weights, int row, float[] out, int at) {
    if (row < 0 || row >= weights.rows()) {
      throw new IndexOutOfBoundsException("%s: row %d of %d".formatted(weights.name(), row, weights.rows()));
    }
    Layout layout = weights.layout();
    int blockColumns = layout.blockColumns();
    int lane = row % Layout.PANEL;
    long block = row / Layout.PANEL * layout.panelBytes(weights.cols());
    for (int column = 0; column < weights.cols(); column += blockColumns) {
      int count = Math.min(blockColumns, weights.cols() - column);
      block(weights, block, lane, out, at + column, count);
      block += layout.blockBytes();
    }
  }

  private static void block(Weights weights, long block, int row, float[] out, int at, int count) {
    MemorySegment data = weights.data();
    switch (weights.layout()) {
      case F32 -> out[at] = data.get(FLOAT, block + 4 * row);
      case F16 -> out[at] = half(data, block, row);
      case BF16 -> out[at] = Float.intBitsToFloat(data.get(SHORT, block + 2 * Layout.lane(row)) << 16);
      case Q4 -> q4(data, block, row, out, at, count);
      case Q8 -> q8(data, block, row, out, at, count);
    }
  }

  private static void q4(MemorySegment data, long block, int row, float[] out, int at, int count) {
    float scale = half(data, block + 512, row);
    for (int i = 0; i < count; i++) {
      int codes = data.get(SHORT, block + i / 4 * 64 + 2 * Layout.lane(row));
      out[at + i] = ((codes >>> i % 4 * 4 & 15) - 8) * scale;
    }
  }

  private static void q8(MemorySegment data, long block, int row, float[] out, int at, int count) {
    float scale = half(data, block + 1024, row);
    for (int i = 0; i < count; i++) {
      out[at + i] = data.get(ValueLayout.JAVA_BYTE, block + i / 4 * 128 + 4 * row + i % 4) * scale;
    }
  }

  private static float half(MemorySegment data, long at, int row) {
    return Float.float16ToFloat(data.get(SHORT, at + 2 * Layout.lane(row)));
  }
}

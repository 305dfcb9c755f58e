package dev.tern.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Rows of packed matrices as floats: plain loops, the definition of what a layout means. */
public final class Unpacking {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private Unpacking() {}

  /** Writes row {@code row} to {@code out[at … at + cols)}. */
  public static void row(Weights weights, int row, float[] out, int at) {
    if (row < 0 || row >= weights.rows()) {
      throw new IndexOutOfBoundsException("%s: row %d of %d".formatted(weights.name(), row, weights.rows()));
    }
    if (!weights.packed()) {
      RowSource file = weights.file();
      Codecs.of(file.type()).decode(file.data(), file.offset(row), out, at, file.cols());
      return;
    }
    Layout layout = weights.layout();
    long panelBytes = layout.panelBytes(weights.cols());
    long panel = row / Layout.PANEL * panelBytes; // no slice: decoding a token allocates nothing
    for (int column = 0; column < weights.cols(); column += 16) {
      int count = Math.min(16, weights.cols() - column);
      if (layout.codeBits() == 0) {
        floats(weights, panel, row % Layout.PANEL, column, out, at + column, count);
      } else {
        group(weights, panel, row % Layout.PANEL, column, out, at + column, count);
      }
    }
  }

  private static void floats(Weights weights, long panel, int row, int column, float[] out, int at, int count) {
    MemorySegment data = weights.data();
    Layout layout = weights.layout();
    for (int i = 0; i < count; i++) {
      long from = panel + layout.block(column + i);
      out[at + i] =
          switch (layout) {
            case F32 -> data.get(FLOAT, from + 4 * row);
            case F16 -> half(data, from, row);
            case BF16 -> Float.intBitsToFloat(data.get(SHORT, from + 2 * Layout.lane(row)) << 16);
            default -> throw new IllegalArgumentException(layout.toString());
          };
    }
  }

  /** Up to 16 columns from {@code column}, a multiple of 16. */
  private static void group(Weights weights, long panel, int row, int column, float[] out, int at, int count) {
    MemorySegment data = weights.data();
    Layout layout = weights.layout();
    int block = column / 32;
    long from = panel + layout.block(block);
    long scales = from + 128 * layout.codeBits();
    long header = panel + layout.superBlock(block);
    int group = column / 16 % 2;
    float scale = scale(data, layout, header, scales, group, row);
    float min = min(data, layout, header, scales, group, row);
    if (layout.codeBits() == 4) {
      nibbles(weights.codebook(), data, from + column % 32 / 4 * 64 + 2 * Layout.lane(row), scale, min, out, at, count);
    } else {
      bytes(data, from + column % 32 / 4 * 128 + 4 * row, scale, min, out, at, count);
    }
  }

  private static void nibbles(
      Codebook codebook, MemorySegment data, long from, float scale, float min, float[] out, int at, int count) {
    for (int i = 0; i < count; i++) {
      out[at + i] = scale * codebook.value(data.get(SHORT, from + i / 4 * 64) >>> i % 4 * 4 & 15) + min;
    }
  }

  private static void bytes(MemorySegment data, long from, float scale, float min, float[] out, int at, int count) {
    for (int i = 0; i < count; i += 4) {
      int quad = data.get(INT, from + 32 * i);
      for (int k = 0; k < Math.min(4, count - i); k++) {
        out[at + i + k] = scale * ((quad >>> 8 * k & 255) - 128) + min;
      }
    }
  }

  private static float scale(MemorySegment data, Layout layout, long header, long scales, int group, int row) {
    return switch (layout.scales()) {
      case HALF, HALF_MIN -> half(data, scales, row);
      case K32_MIN -> half(data, header, row) * data.get(BYTE, word(scales, row));
      case K16 -> half(data, header, row) * data.get(BYTE, word(scales, row) + 2 * group);
      case K16_MIN -> half(data, header, row) * data.get(BYTE, word(scales + 64 * group, row));
      case NONE -> throw new IllegalArgumentException(layout.toString());
    };
  }

  private static float min(MemorySegment data, Layout layout, long header, long scales, int group, int row) {
    return switch (layout.scales()) {
      case HALF, K16 -> 0;
      case HALF_MIN -> half(data, scales + 64, row);
      case K32_MIN -> -half(data, header + 64, row) * data.get(BYTE, word(scales, row) + 2);
      case K16_MIN -> -half(data, header + 64, row) * data.get(BYTE, word(scales + 64 * group, row) + 2);
      case NONE -> throw new IllegalArgumentException(layout.toString());
    };
  }

  /** The byte of a row in words that rows r and r + 16 share. */
  private static long word(long at, int row) {
    return at + row % 16 * 4 + row / 16;
  }

  private static float half(MemorySegment data, long at, int row) {
    return Float.float16ToFloat(data.get(SHORT, at + 2 * Layout.lane(row)));
  }
}

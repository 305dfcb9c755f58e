package dev.tern.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Decodes rows to floats and encodes them in a layout; quantized layouts take the scale from the largest magnitude. */
record FloatPacker(BlockCodec codec, Layout layout) implements PanelPacker {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  @Override
  public void pack(RowSource source, int row, MemorySegment panel) {
    int blockColumns = layout.blockColumns();
    float[] values = new float[layout.blocks(source.cols()) * blockColumns];
    for (int r = 0; r < Math.min(Layout.PANEL, source.rows() - row); r++) {
      codec.decode(source.data(), source.offset(row + r), values, 0, source.cols());
      for (int b = 0; b * blockColumns < source.cols(); b++) {
        encode(values, b * blockColumns, r, panel, (long) b * layout.blockBytes());
      }
    }
  }

  private void encode(float[] values, int at, int row, MemorySegment panel, long block) {
    int lane = 2 * Layout.lane(row);
    switch (layout) {
      case F32 -> panel.set(FLOAT, block + 4 * row, values[at]);
      case F16 -> panel.set(SHORT, block + lane, Float.floatToFloat16(values[at]));
      case BF16 -> panel.set(SHORT, block + lane, bfloat16(values[at]));
      case Q4 -> q4(values, at, panel, block + lane);
      case Q8 -> q8(values, at, row, panel, block);
      default -> throw new IllegalArgumentException("Floats are not rounded to " + layout);
    }
  }

  /** Nearest, ties to even; a NaN stays one. */
  static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) (Float.isNaN(value) ? bits >>> 16 | 0x40 : bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  private static void q4(float[] values, int at, MemorySegment panel, long to) {
    float extreme = 0;
    for (int i = at; i < at + 32; i++) {
      extreme = Math.abs(values[i]) > Math.abs(extreme) ? values[i] : extreme;
    }
    float scale = extreme / -8;
    float inverse = scale == 0 ? 0 : 1 / scale;
    for (int g = 0; g < 8; g++) {
      int codes = 0;
      for (int i = 0; i < 4; i++) {
        codes |= Math.clamp(Math.round(values[at + 4 * g + i] * inverse) + 8, 0, 15) << 4 * i;
      }
      panel.set(SHORT, to + 64 * g, (short) codes);
    }
    panel.set(SHORT, to + 512, Float.floatToFloat16(scale));
  }

  private static void q8(float[] values, int at, int row, MemorySegment panel, long block) {
    float extreme = 0;
    for (int i = at; i < at + 32; i++) {
      extreme = Math.max(extreme, Math.abs(values[i]));
    }
    float scale = extreme / 127;
    float inverse = scale == 0 ? 0 : 1 / scale;
    for (int i = 0; i < 32; i++) {
      int code = Math.clamp(Math.round(values[at + i] * inverse), -127, 127);
      panel.set(ValueLayout.JAVA_BYTE, block + i / 4 * 128 + 4 * row + i % 4, (byte) (code + 128));
    }
    panel.set(SHORT, block + 1024 + 2 * Layout.lane(row), Float.floatToFloat16(scale));
  }
}

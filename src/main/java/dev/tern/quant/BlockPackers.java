package dev.tern.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** File blocks to panels by moving bits, without decoding. Padding rows stay zero, which is scale 0. */
final class BlockPackers {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private BlockPackers() {}

  /** Q4_0: a half float, then 16 bytes with column i in the low and column 16 + i in the high nibble. */
  static void q4(RowSource source, int row, MemorySegment panel) {
    MemorySegment data = source.data();
    int blocks = source.cols() / 32;
    for (int r = 0; r < Math.min(Layout.PANEL, source.rows() - row); r++) {
      long from = source.offset(row + r);
      long to = 2 * Layout.lane(r);
      for (int b = 0; b < blocks; b++, from += 18, to += Layout.Q4.blockBytes()) {
        for (int g = 0; g < 4; g++) {
          int codes = data.get(INT, from + 2 + 4 * g);
          panel.set(SHORT, to + 64 * g, (short) Integer.compress(codes, 0x0f0f0f0f));
          panel.set(SHORT, to + 64 * (g + 4), (short) Integer.compress(codes, 0xf0f0f0f0));
        }
        panel.set(SHORT, to + 512, data.get(SHORT, from));
      }
    }
  }

  /** Q8_0: a half float, then 32 signed bytes. */
  static void q8(RowSource source, int row, MemorySegment panel) {
    MemorySegment data = source.data();
    int blocks = source.cols() / 32;
    for (int r = 0; r < Math.min(Layout.PANEL, source.rows() - row); r++) {
      long from = source.offset(row + r);
      long to = 4 * r;
      long scale = 1024 + 2 * Layout.lane(r);
      for (int b = 0; b < blocks; b++, from += 34, to += 1088, scale += 1088) {
        for (int g = 0; g < 8; g++) {
          panel.set(INT, to + 128 * g, data.get(INT, from + 2 + 4 * g));
        }
        panel.set(SHORT, scale, data.get(SHORT, from));
      }
    }
  }
}

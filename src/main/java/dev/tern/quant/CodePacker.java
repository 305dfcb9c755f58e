package dev.tern.quant;

import dev.tern.error.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.Supplier;

/** Moves codes and scales of file blocks to panels. Rows that pad the last panel keep zero bytes: scale zero. */
record CodePacker(Layout layout, Supplier<BlockCodes> blocks) implements PanelPacker {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final int HALF_EXPONENT = 0x7c00;

  /** Blocks of 32 columns of a strip: a whole number of file blocks and of super-blocks. */
  private static final int STRIP = 8;

  /**
   * Some columns of a panel, packed row by row on the heap, where that is faster than in the panel's memory: it stays
   * in the first level cache, and its bounds are cheap to check.
   */
  private static final class Strip {
    private final BlockCodes codes;
    private final int blockBytes;
    private final int parts;
    private final byte[] row;
    private final byte[] panel;

    /** Where the blocks of 32 columns and their super-blocks start: computed once, because divisions are slow. */
    private final int[] at = new int[STRIP];

    private final int[] header = new int[STRIP];

    Strip(Layout layout, BlockCodes codes, RowSource source) {
      this.codes = codes;
      blockBytes = source.type().blockBytes();
      parts = source.type().blockSize() / 32;
      row = new byte[STRIP / parts * blockBytes];
      panel = new byte[Math.toIntExact(layout.superBlock(STRIP))];
      for (int i = 0; i < STRIP; i++) {
        at[i] = Math.toIntExact(layout.block(i));
        header[i] = Math.toIntExact(layout.superBlock(i));
      }
    }
  }

  @Override
  public void pack(RowSource source, int row, MemorySegment panel) {
    Strip strip = new Strip(layout, blocks.get(), source);
    int rows = Math.min(Layout.PANEL, source.rows() - row);
    long to = 0;
    for (long from = 0; from < source.rowBytes(); from += strip.row.length, to += strip.panel.length) {
      int length = (int) Math.min(strip.row.length, source.rowBytes() - from);
      if (rows < Layout.PANEL || length < strip.row.length) {
        Arrays.fill(strip.panel, (byte) 0);
      }
      for (int r = 0; r < rows; r++) {
        MemorySegment.copy(source.data(), BYTE, source.offset(row + r) + from, strip.row, 0, length);
        pack(strip, length, r, source);
      }
      int count = (int) Math.min(strip.panel.length, panel.byteSize() - to);
      MemorySegment.copy(strip.panel, 0, panel, BYTE, to, count);
    }
  }

  private void pack(Strip strip, int length, int row, RowSource source) {
    BlockCodes codes = strip.codes;
    for (int p = 0, i = 0; p < length; p += strip.blockBytes) {
      codes.read(strip.row, p);
      check(codes, source);
      for (int part = 0; part < strip.parts; part++, i++) {
        codes(codes, part, row, strip.panel, strip.at[i]);
        scales(codes, part, row, strip.panel, strip.at[i] + 128 * layout.codeBits(), strip.header[i]);
      }
    }
  }

  /** An infinite scale would count as a large one in the kernels. */
  private static void check(BlockCodes codes, RowSource source) {
    if ((codes.scale & HALF_EXPONENT) == HALF_EXPONENT || (codes.min & HALF_EXPONENT) == HALF_EXPONENT) {
      throw new CheckpointException(
          "tensor '%s': a %s block has a scale that is not finite".formatted(source.name(), source.type()));
    }
  }

  private void codes(BlockCodes codes, int part, int row, byte[] panel, int block) {
    if (layout.codeBits() == 4) {
      int to = block + 2 * Layout.lane(row);
      for (int i = 0; i < 8; i++) {
        Bytes.putU16(panel, to + 64 * i, Integer.compress(codes.quads[8 * part + i], 0x0f0f0f0f));
      }
    } else {
      int to = block + 4 * row;
      for (int i = 0; i < 8; i++) {
        Bytes.putI32(panel, to + 128 * i, codes.quads[8 * part + i]);
      }
    }
  }

  private void scales(BlockCodes codes, int part, int row, byte[] panel, int to, int superBlock) {
    int lane = 2 * Layout.lane(row);
    int header = superBlock + lane;
    int word = to + row % 16 * 4 + row / 16;
    switch (layout.scales()) {
      case HALF -> Bytes.putU16(panel, to + lane, codes.scale);
      case HALF_MIN -> {
        Bytes.putU16(panel, to + lane, codes.scale);
        Bytes.putU16(panel, to + 64 + lane, codes.min);
      }
      case K32_MIN -> {
        units(codes, panel, header);
        bytes(codes, 2 * part, panel, word);
      }
      case K16 -> {
        Bytes.putU16(panel, header, codes.scale);
        panel[word] = (byte) codes.scales[2 * part];
        panel[word + 2] = (byte) codes.scales[2 * part + 1];
      }
      case K16_MIN -> {
        units(codes, panel, header);
        bytes(codes, 2 * part, panel, word);
        bytes(codes, 2 * part + 1, panel, word + 64);
      }
      case NONE -> throw new IllegalStateException(layout.toString());
    }
  }

  private static void units(BlockCodes codes, byte[] panel, int header) {
    Bytes.putU16(panel, header, codes.scale);
    Bytes.putU16(panel, header + 64, codes.min);
  }

  private static void bytes(BlockCodes codes, int group, byte[] panel, int word) {
    panel[word] = (byte) codes.scales[group];
    panel[word + 2] = (byte) codes.mins[group];
  }
}

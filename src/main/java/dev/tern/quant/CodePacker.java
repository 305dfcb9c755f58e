package dev.tern.quant;

import dev.tern.error.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;

/** Moves codes and scales of file blocks to panels. Rows that pad the last panel keep zero bytes: scale zero. */
record CodePacker(Layout layout, Supplier<BlockCodes> blocks) implements PanelPacker {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final int HALF_EXPONENT = 0x7c00;

  @Override
  public void pack(RowSource source, int row, MemorySegment panel) {
    BlockCodes codes = blocks.get();
    int blockBytes = source.type().blockBytes();
    int parts = source.type().blockSize() / 32;
    byte[] run = new byte[Math.toIntExact(source.rowBytes())];
    for (int r = 0; r < Math.min(Layout.PANEL, source.rows() - row); r++) {
      MemorySegment.copy(source.data(), BYTE, source.offset(row + r), run, 0, run.length);
      for (int p = 0, block = 0; p < run.length; p += blockBytes, block += parts) {
        codes.read(run, p);
        check(codes, source);
        for (int part = 0; part < parts; part++) {
          codes(codes, part, r, panel, layout.block(block + part));
          scales(codes, part, r, panel, block + part);
        }
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

  private void codes(BlockCodes codes, int part, int row, MemorySegment panel, long block) {
    if (layout.codeBits() == 4) {
      long to = block + 2 * Layout.lane(row);
      for (int i = 0; i < 8; i++) {
        panel.set(SHORT, to + 64 * i, (short) Integer.compress(codes.quads[8 * part + i], 0x0f0f0f0f));
      }
    } else {
      long to = block + 4 * row;
      for (int i = 0; i < 8; i++) {
        panel.set(INT, to + 128 * i, codes.quads[8 * part + i]);
      }
    }
  }

  private void scales(BlockCodes codes, int part, int row, MemorySegment panel, int block) {
    int lane = 2 * Layout.lane(row);
    long header = layout.superBlock(block) + lane;
    long to = layout.block(block) + 128 * layout.codeBits();
    long word = to + row % 16 * 4 + row / 16;
    switch (layout.scales()) {
      case HALF -> panel.set(SHORT, to + lane, codes.scale);
      case HALF_MIN -> {
        panel.set(SHORT, to + lane, codes.scale);
        panel.set(SHORT, to + 64 + lane, codes.min);
      }
      case K32_MIN -> {
        units(codes, panel, header);
        bytes(codes, 2 * part, panel, word);
      }
      case K16 -> {
        panel.set(SHORT, header, codes.scale);
        panel.set(BYTE, word, (byte) codes.scales[2 * part]);
        panel.set(BYTE, word + 2, (byte) codes.scales[2 * part + 1]);
      }
      case K16_MIN -> {
        units(codes, panel, header);
        bytes(codes, 2 * part, panel, word);
        bytes(codes, 2 * part + 1, panel, word + 64);
      }
      case NONE -> throw new IllegalStateException(layout.toString());
    }
  }

  private static void units(BlockCodes codes, MemorySegment panel, long header) {
    panel.set(SHORT, header, codes.scale);
    panel.set(SHORT, header + 64, codes.min);
  }

  private static void bytes(BlockCodes codes, int group, MemorySegment panel, long word) {
    panel.set(BYTE, word, (byte) codes.scales[group]);
    panel.set(BYTE, word + 2, (byte) codes.mins[group]);
  }
}

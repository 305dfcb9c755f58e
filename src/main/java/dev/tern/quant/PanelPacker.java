package dev.tern.quant;

import java.lang.foreign.MemorySegment;

/** Packs one panel. */
@FunctionalInterface
interface PanelPacker {
  /** Packs rows {@code row … row + 32}, as many of them as there are, to zero-filled memory of one panel. */
  void pack(RowSource source, int row, MemorySegment panel);
}

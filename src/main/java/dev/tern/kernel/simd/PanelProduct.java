package dev.tern.kernel.simd;

import dev.tern.kernel.KeyValueLayout;
import dev.tern.kernel.KvType;
import dev.tern.kernel.PanelOperands;
import dev.tern.kernel.scalar.PlainAttention;

/**
 * The product of its operands: both the scores (steps are columns, lanes positions) and the sums of values (steps are
 * positions, lanes columns). Every sum is one chain of fused multiply-adds in the order of the steps, whatever the
 * tile, so results do not depend on how many rows are computed together.
 */
final class PanelProduct extends PanelOperands {
  /** Rows that the largest tile computes at once. */
  static final int ROWS = 8;

  /** Multiply-adds of a plain loop that take as long as a value of a row operation. */
  private static final int ADDS_PER_VALUE = 8;

  private static final int LARGEST = Lanes.L == 16 ? ROWS : 4;

  /**
   * A power of two that must multiply both what goes into a product and what comes out: half floats are read as 2⁻¹¹²
   * of their value, and making up for all of it on one side could overflow.
   */
  static float factor(KvType type) {
    return type == KvType.F16 ? 0x1p56f : 1;
  }

  void run(int rows) {
    if (PlainAttention.supports(type) && ColdStart.isCold(rows * steps * KeyValueLayout.PANEL / ADDS_PER_VALUE)) {
      PlainAttention.multiply(this, rows);
      return;
    }
    for (int row = 0; row < rows; ) {
      int tile = Math.min(LARGEST, Integer.highestOneBit(rows - row));
      for (int part = 0; part < Lanes.PARTS; part++) {
        switch (type) {
          case F32 -> PanelF32.multiply(this, tile, row, part);
          case F16 -> PanelF16.multiply(this, tile, row, part);
          case BF16 -> PanelBf16.multiply(this, tile, row, part);
          case Q8 -> PanelQ8.multiply(this, tile, row, part);
        }
      }
      row += tile;
    }
  }
}

package dev.tern.kernel.simd;

import dev.tern.quant.Codebook;
import dev.tern.quant.Layout;
import dev.tern.quant.Weights;

/** Cuts panels into chunks and chooses their kernels: the only place that switches on the layout. */
final class PanelDecoder {
  /** Whether four rows are multiplied at once; smaller vectors have too few registers for it to pay. */
  static final boolean FUSES_ROWS = Lanes.L == 16;

  private static final int[][] TABLES = tables();

  private PanelDecoder() {}

  private static int[][] tables() {
    int[][] tables = new int[Codebook.values().length][16];
    for (Codebook codebook : Codebook.values()) {
      for (int code = 0; code < 16; code++) {
        tables[codebook.ordinal()][code] = Float.floatToRawIntBits(codebook.value(code));
      }
    }
    return tables;
  }

  /**
   * Whether kernels of one row take runs of panels: those of floats, where one part is the whole panel, so that memory
   * is read once.
   */
  static boolean takesRuns(Weights weights) {
    return weights.layout().codeBits() == 0 && Lanes.PARTS == 1;
  }

  /** Columns of a chunk that do not cross a super-block. */
  static int chunkBlocks(Layout layout) {
    return layout.codeBits() == 0 ? PanelChunk.COLUMNS : PanelChunk.BLOCKS;
  }

  /**
   * Points a chunk at up to {@link #chunkBlocks} blocks of a panel and makes its scales; says if there are minimums.
   */
  static boolean select(PanelChunk chunk, Weights weights, int panel, int block, int blocks) {
    Layout layout = weights.layout();
    long start = panel * layout.panelBytes(weights.cols());
    chunk.weights = weights.data();
    chunk.at = start + layout.block(block);
    chunk.stride = layout.blockBytes();
    chunk.blocks = blocks;
    if (layout.codeBits() == 0) {
      return false;
    }
    chunk.table = TABLES[weights.codebook().ordinal()];
    chunk.zero = weights.codebook().value(0);
    return ScaleKernels.expand(chunk, layout, start + layout.superBlock(block));
  }

  /** Adds the products of the chunk with one row, or with four. */
  static void multiply(PanelChunk chunk, Weights weights, boolean four) {
    for (int part = 0; part < Lanes.PARTS; part++) {
      switch (weights.layout()) {
        case F32, F16, BF16 -> multiplyFloats(chunk, weights.layout(), part, four);
        default -> multiplyCodes(chunk, weights, part, four);
      }
    }
  }

  private static void multiplyFloats(PanelChunk chunk, Layout layout, int part, boolean four) {
    switch (layout) {
      case F32 -> {
        if (four) {
          F32Kernels.four(chunk, part);
        } else {
          F32Kernels.one(chunk, part);
        }
      }
      case F16 -> {
        if (four) {
          F16Kernels.four(chunk, part);
        } else {
          F16Kernels.one(chunk, part);
        }
      }
      default -> {
        if (four) {
          BFloat16Kernels.four(chunk, part);
        } else {
          BFloat16Kernels.one(chunk, part);
        }
      }
    }
  }

  private static void multiplyCodes(PanelChunk chunk, Weights weights, int part, boolean four) {
    if (weights.layout().codeBits() == 8) {
      if (four) {
        ByteKernels.four(chunk, part);
      } else {
        ByteKernels.one(chunk, part);
      }
    } else if (weights.codebook().linear()) {
      if (four) {
        NibbleKernels.four(chunk, part);
      } else {
        NibbleKernels.one(chunk, part);
      }
    } else if (four) {
      TableKernels.four(chunk, part);
    } else if (Lanes.L == 16) {
      TableKernels.one(chunk, part);
    } else {
      SplitTableKernels.one(chunk, part);
    }
  }

  /** Decodes the chunk to columns of 64 floats. */
  static void tile(PanelChunk chunk, Weights weights, boolean mins, float[] tile, int to) {
    long minsAt = mins ? PanelChunk.MINS : PanelChunk.ZEROS;
    for (int part = 0; part < Lanes.PARTS; part++) {
      switch (weights.layout()) {
        case F32 -> F32Kernels.tile(chunk, part, tile, to);
        case F16 -> F16Kernels.tile(chunk, part, tile, to);
        case BF16 -> BFloat16Kernels.tile(chunk, part, tile, to);
        default -> tileCodes(chunk, weights, part, minsAt, tile, to);
      }
    }
  }

  private static void tileCodes(PanelChunk chunk, Weights weights, int part, long mins, float[] tile, int to) {
    if (weights.layout().codeBits() == 8) {
      ByteKernels.tile(chunk, part, mins, tile, to);
    } else if (weights.codebook().linear()) {
      NibbleKernels.tile(chunk, part, mins, tile, to);
    } else if (Lanes.L == 16) {
      TableKernels.tile(chunk, part, mins, tile, to);
    } else {
      SplitTableKernels.tile(chunk, part, mins, tile, to);
    }
  }
}

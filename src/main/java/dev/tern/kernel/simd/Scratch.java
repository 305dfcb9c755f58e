package dev.tern.kernel.simd;

import dev.tern.quant.Layout;

/** What one worker computes with; reused. */
final class Scratch {
  /** Columns that are decoded at a time. */
  static final int TILE_COLUMNS = 512;

  /** Tokens that share a decoded tile at most; a multiple of {@link TileKernels#TOKENS}. */
  static final int TILE_TOKENS = 480;

  /**
   * Calls of a kernel with one panel each before it gets longer runs. HotSpot compiles a method that is called often;
   * one that is called once per token and runs for long stays interpreted, or replaced in the midst of its loop, which
   * makes objects of the vectors. By then the compiler, asked after some hundreds of calls, has done its work.
   */
  private static final int SHORT_CALLS = 2000;

  final PanelChunk chunk = new PanelChunk();

  /** Where the tokens of a tile start in the activations. */
  final int[] tokens = new int[TileKernels.TOKENS];

  final Quantized quantized = new Quantized();
  final PreparedRows prepared = new PreparedRows();
  private final int[] shortCalls = new int[Layout.values().length];
  private float[] tile;
  private float[] floats = new float[0];
  private float[] sums = new float[32 * PanelChunk.ROWS];
  private int[] rows = new int[8];

  /** Decoded weights {@code [columns][64]}. */
  float[] tile() {
    if (tile == null) {
      tile = new float[TILE_COLUMNS * Gemm.STEP_ROWS];
    }
    return tile;
  }

  /** Sums of tokens, with scales if need be: at least {@code size} of both. */
  float[] floats(int size) {
    if (floats.length < size) {
      floats = new float[size];
    }
    return floats;
  }

  /** How many of {@code panels} the kernel of a layout takes in one call. */
  int runLength(Layout layout, int panels) {
    if (shortCalls[layout.ordinal()] == SHORT_CALLS) {
      return panels;
    }
    shortCalls[layout.ordinal()]++;
    return 1;
  }

  /** Sums {@code [rows][32]}, with room for a last group of rows that is not full. */
  float[] sums(int rows) {
    int size = 32 * (rows + PanelChunk.ROWS);
    if (sums.length < size) {
      sums = new float[2 * size];
    }
    return sums;
  }

  /** Indices into {@link #prepared} of the rows of a product. */
  int[] rows(int count) {
    if (rows.length < count) {
      rows = new int[2 * count];
    }
    return rows;
  }
}

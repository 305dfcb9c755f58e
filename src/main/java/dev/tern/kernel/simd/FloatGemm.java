package dev.tern.kernel.simd;

import dev.tern.kernel.Products.Product;
import dev.tern.quant.Layout;
import dev.tern.quant.Weights;
import java.util.Arrays;

/**
 * Prefill of any layout: two panels × {@link Scratch#TILE_COLUMNS} columns are decoded to floats that stay in the
 * second level cache while the tokens are multiplied with them.
 */
final class FloatGemm {
  private static final int TOKENS = TileKernels.TOKENS;

  private FloatGemm() {}

  /** Multiplies steps {@code first … last}. */
  static void multiply(Product product, int first, int last, Scratch scratch) {
    for (int step = first; step < last; step++) {
      for (int token = 0; token < product.rows; token += Scratch.TILE_TOKENS) {
        step(product, step, token, scratch);
      }
    }
  }

  private static void step(Product product, int step, int token, Scratch scratch) {
    int count = Math.min(Scratch.TILE_TOKENS, product.rows - token);
    int tiles = Math.ceilDiv(count, TOKENS);
    int cols = product.weights.cols();
    int size = tiles * TOKENS * Gemm.STEP_ROWS;
    float[] sums = scratch.floats(size);
    Arrays.fill(sums, 0, size, 0);
    for (int column = 0; column < cols; column += Scratch.TILE_COLUMNS) {
      int columns = Math.min(Scratch.TILE_COLUMNS, cols - column);
      decode(product.weights, step, column, columns, scratch);
      for (int i = 0; i < tiles; i++) {
        for (int t = 0; t < TOKENS; t++) { // past the last token it is that one again, whose sums are dropped
          int row = product.inRow + Math.min(token + i * TOKENS + t, product.rows - 1);
          scratch.tokens[t] = product.in.offset(row) + column;
        }
        tile(product.in.data(), scratch, columns, sums, i * TOKENS * Gemm.STEP_ROWS);
      }
    }
    store(product, step * Gemm.STEP_ROWS, token, count, sums);
  }

  private static void tile(float[] x, Scratch scratch, int columns, float[] sums, int at) {
    if (Lanes.L == 16) {
      TileKernels.four(scratch.tile(), 0, x, scratch.tokens, columns, sums, at);
      return;
    }
    for (int row = 0; row < Gemm.STEP_ROWS; row += TileKernels.ROWS) {
      TileKernels.two(scratch.tile(), row, x, scratch.tokens, columns, sums, at + row);
    }
  }

  private static void decode(Weights weights, int step, int column, int columns, Scratch scratch) {
    Layout layout = weights.layout();
    int first = column / layout.blockColumns();
    int last = first + layout.blocks(columns);
    int chunkBlocks = PanelDecoder.chunkBlocks(layout);
    int panels = Math.min(Gemm.STEP * (step + 1), Layout.panels(weights.rows()));
    for (int panel = Gemm.STEP * step; panel < panels; panel++) {
      for (int block = first; block < last; block += chunkBlocks) {
        boolean mins = PanelDecoder.select(scratch.chunk, weights, panel, block, Math.min(chunkBlocks, last - block));
        int to = (block - first) * layout.blockColumns() * Gemm.STEP_ROWS + panel % Gemm.STEP * Layout.PANEL;
        PanelDecoder.tile(scratch.chunk, weights, mins, scratch.tile(), to);
      }
    }
  }

  private static void store(Product product, int row, int token, int count, float[] sums) {
    int rows = Math.min(Gemm.STEP_ROWS, product.weights.rows() - row);
    for (int t = 0; t < count; t++) {
      int at = product.out.offset(product.outRow + token + t) + row;
      System.arraycopy(sums, t * Gemm.STEP_ROWS, product.out.data(), at, rows);
    }
  }
}

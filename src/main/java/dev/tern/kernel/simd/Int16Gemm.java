package dev.tern.kernel.simd;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Products.Product;
import dev.tern.quant.Layout;
import dev.tern.quant.Weights;
import java.util.Arrays;

/** Prefill of 4-bit layouts with 8-bit activations: two panels × eight tokens at a time, without decoding the codes. */
final class Int16Gemm {
  /** Tiles of tokens that stay in the second level cache while panels pass. */
  private static final int TILES = 16;

  private static final int TOKENS = Int16TileKernels.TOKENS;

  private Int16Gemm() {}

  static boolean supports(Weights weights, ActivationPrecision precision) {
    return precision == ActivationPrecision.INT8
        && Lanes.L == 16
        && (weights.layout() == Layout.Q4 || weights.layout() == Layout.Q4_K)
        && weights.codebook().linear()
        && Int8Decoder.supports(weights);
  }

  /** Multiplies steps {@code first … last} of product {@code index}. */
  static void multiply(Product product, int index, int first, int last, TokenTiles tiles, Scratch scratch) {
    int tileCount = Math.ceilDiv(product.rows, TOKENS);
    for (int from = 0; from < tileCount; from += TILES) {
      int to = Math.min(from + TILES, tileCount);
      for (int step = first; step < last; step++) {
        multiply(product, step, index, from, to, tiles, scratch);
      }
    }
  }

  private static void multiply(
      Product product, int step, int index, int from, int to, TokenTiles tiles, Scratch scratch) {
    Weights weights = product.weights;
    int blocks = weights.layout().blocks(weights.cols());
    int offsets = blocks * Gemm.STEP_ROWS;
    int sums = 2 * offsets;
    float[] memory = scratch.floats(sums + TOKENS * Gemm.STEP_ROWS);
    boolean mins = scales(weights, step, blocks, offsets, memory, scratch.chunk);
    for (int i = from; i < to; i++) {
      TokenTile tile = tiles.get(index, i);
      if (mins) {
        Int16TileKernels.offsets(memory, offsets, tile, 0, blocks, sums);
        Int16TileKernels.offsets(memory, offsets, tile, 4, blocks, sums);
      } else {
        Arrays.fill(memory, sums, sums + TOKENS * Gemm.STEP_ROWS, 0);
      }
      codes(weights, step, blocks, tile, sums, memory, scratch.chunk);
      store(product, step, i, tile, sums, memory);
    }
  }

  /** Scales of both panels; returns whether there are offsets. */
  private static boolean scales(Weights weights, int step, int blocks, int offsets, float[] memory, PanelChunk chunk) {
    int panels = Layout.panels(weights.rows());
    boolean mins = false;
    for (int half = 0; half < Gemm.STEP; half++) {
      int panel = Math.min(Gemm.STEP * step + half, panels - 1);
      for (int block = 0; block < blocks; block += PanelChunk.BLOCKS) {
        mins = PanelDecoder.select(chunk, weights, panel, block, Math.min(PanelChunk.BLOCKS, blocks - block));
        int to = block * Gemm.STEP_ROWS + half * Layout.PANEL;
        ScaleKernels.perBlock(chunk, memory, to, mins ? offsets + to : -1);
      }
    }
    return mins;
  }

  private static void codes(
      Weights weights, int step, int blocks, TokenTile tile, int sums, float[] memory, PanelChunk chunk) {
    Layout layout = weights.layout();
    int panels = Layout.panels(weights.rows());
    long panelBytes = layout.panelBytes(weights.cols());
    long second = Gemm.STEP * step + 1 < panels ? panelBytes : 0; // an odd last panel goes with itself
    int count = layout == Layout.Q4 ? blocks : PanelChunk.BLOCKS; // Q4 has no super-blocks that end a run
    for (int block = 0; block < blocks; block += count) {
      chunk.at = Gemm.STEP * step * panelBytes + layout.block(block);
      chunk.blocks = Math.min(count, blocks - block);
      Int16TileKernels.eight(chunk, second, tile, block, memory, block * Gemm.STEP_ROWS, sums);
    }
  }

  private static void store(Product product, int step, int index, TokenTile tile, int sums, float[] memory) {
    int row = Gemm.STEP_ROWS * step;
    int rows = Math.min(Gemm.STEP_ROWS, product.weights.rows() - row);
    float[] out = product.out.data();
    for (int t = 0; t < Math.min(TOKENS, product.rows - index * TOKENS); t++) {
      int at = product.out.offset(product.outRow + index * TOKENS + t) + row;
      System.arraycopy(memory, sums + t * Gemm.STEP_ROWS, out, at, rows);
      scale(out, at, rows, tile.factors[t]);
    }
  }

  private static void scale(float[] values, int at, int count, float factor) {
    for (int i = at; i < at + count; i++) {
      values[i] = values[i] * 0x1p-56f * factor;
    }
  }
}

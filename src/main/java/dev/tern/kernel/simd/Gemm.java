package dev.tern.kernel.simd;

import dev.tern.kernel.Products;
import dev.tern.kernel.Products.Product;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.Layout;
import dev.tern.quant.Weights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Prefill: two panels × {@link Scratch#TILE_COLUMNS} columns of any layout are decoded to floats that stay in the
 * second level cache while all tokens are multiplied with them.
 */
final class Gemm implements WorkerPool.Task {
  private static final int TOKENS = TileKernels.TOKENS;
  private static final int STEP_ROWS = 2 * Layout.PANEL;

  private final Scratch[] scratch;
  private final Bands bands = new Bands();
  private final PackedInputs inputs = new PackedInputs();
  private Products products;

  Gemm(Scratch[] scratch) {
    this.scratch = scratch;
  }

  void multiply(Products products, WorkerPool pool) {
    this.products = products;
    inputs.pack(products, pool);
    bands.measure(products, 2);
    pool.run(pool.count(), this);
    this.products = null;
  }

  @Override
  public void run(int from, int to, int worker) {
    Scratch scratch = this.scratch[worker];
    int bandCount = this.scratch.length;
    for (int i = 0; i < products.count(); i++) {
      Product product = products.get(i);
      int steps = Bands.steps(product, 2);
      int first = bands.first(i, steps, products.count(), from, bandCount);
      int last = bands.first(i, steps, products.count(), to, bandCount);
      for (int step = first; step < last; step++) {
        for (int token = 0; token < product.rows; token += Scratch.TILE_TOKENS) {
          multiply(product, step, token, inputs.of(i), scratch);
        }
      }
    }
  }

  private static void multiply(Product product, int step, int token, float[] x, Scratch scratch) {
    MemorySegment tile = scratch.tile();
    int count = Math.min(Scratch.TILE_TOKENS, product.rows - token);
    int tiles = Math.ceilDiv(count, TOKENS);
    int cols = product.weights.cols();
    tile.asSlice(Scratch.SUMS, tiles * TOKENS * 256L).fill((byte) 0);
    for (int column = 0; column < cols; column += Scratch.TILE_COLUMNS) {
      int columns = Math.min(Scratch.TILE_COLUMNS, cols - column);
      decode(product.weights, step, column, columns, scratch);
      for (int i = 0; i < tiles; i++) {
        int at = ((token / TOKENS + i) * cols + column) * TOKENS;
        long sums = Scratch.SUMS + i * TOKENS * 256L;
        for (int row = 0; row < STEP_ROWS; row += TileKernels.ROWS) {
          if (Lanes.L == 16) {
            TileKernels.four(tile, 0, x, at, columns, sums);
          } else {
            TileKernels.two(tile, 4 * row, x, at, columns, sums + 4 * row);
          }
        }
      }
    }
    store(product, step * STEP_ROWS, token, count, tile);
  }

  private static void store(Product product, int row, int token, int count, MemorySegment tile) {
    int rows = Math.min(STEP_ROWS, product.weights.rows() - row);
    for (int t = 0; t < count; t++) {
      int at = product.out.offset(product.outRow + token + t) + row;
      MemorySegment.copy(tile, ValueLayout.JAVA_FLOAT, Scratch.SUMS + t * 256L, product.out.data(), at, rows);
    }
  }

  private static void decode(Weights weights, int step, int column, int columns, Scratch scratch) {
    Layout layout = weights.layout();
    int first = column / layout.blockColumns();
    int last = first + layout.blocks(columns);
    int chunkBlocks = PanelDecoder.chunkBlocks(layout);
    for (int panel = 2 * step; panel < Math.min(2 * step + 2, Layout.panels(weights.rows())); panel++) {
      for (int block = first; block < last; block += chunkBlocks) {
        boolean mins = PanelDecoder.select(scratch.chunk, weights, panel, block, Math.min(chunkBlocks, last - block));
        long to = (block - first) * layout.blockColumns() * 256L + panel % 2 * 128;
        PanelDecoder.tile(scratch.chunk, weights, mins, scratch.tile(), to);
      }
    }
  }
}

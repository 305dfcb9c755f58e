package dev.tern.kernel.simd;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Products;
import dev.tern.kernel.Products.Product;
import dev.tern.kernel.WorkerPool;
import dev.tern.tensor.Activations;
import java.util.Arrays;

/** The inputs of a list of products as tiles of 8-bit tokens, each distinct range of rows once. */
final class TokenTiles implements WorkerPool.Task {
  private static final int TOKENS = Int16TileKernels.TOKENS;

  /** A range of rows and its tiles, from the first tile on. */
  private static final class Input {
    private Activations in;
    private int row;
    private int rows;
    private int first;
  }

  private final Scratch[] scratch;
  private Input[] inputs = new Input[0];
  private TokenTile[] tiles = new TokenTile[0];
  private int[] firstTiles = new int[0];
  private int count;
  private int tileCount;

  TokenTiles(Scratch[] scratch) {
    this.scratch = scratch;
  }

  /** Quantizes the inputs of all products that want it. */
  void quantize(Products products, WorkerPool pool) {
    count = 0;
    tileCount = 0;
    if (firstTiles.length < products.count()) {
      firstTiles = new int[2 * products.count()];
    }
    for (int i = 0; i < products.count(); i++) {
      Product product = products.get(i);
      if (Int16Gemm.supports(product.weights, ActivationPrecision.INT8)) {
        firstTiles[i] = find(product);
      }
    }
    pool.run(tileCount, this);
    for (int i = 0; i < count; i++) {
      inputs[i].in = null;
    }
  }

  /** A tile of product {@code index}. */
  TokenTile get(int index, int tile) {
    return tiles[firstTiles[index] + tile];
  }

  private int find(Product product) {
    for (int i = count - 1; i >= 0; i--) {
      if (inputs[i].in == product.in && inputs[i].row == product.inRow && inputs[i].rows == product.rows) {
        return inputs[i].first;
      }
    }
    if (count == inputs.length) {
      inputs = Arrays.copyOf(inputs, Math.max(4, 2 * count));
      Arrays.setAll(inputs, i -> inputs[i] == null ? new Input() : inputs[i]);
    }
    Input input = inputs[count++];
    input.in = product.in;
    input.row = product.inRow;
    input.rows = product.rows;
    input.first = tileCount;
    tileCount += Math.ceilDiv(product.rows, TOKENS);
    if (tileCount > tiles.length) {
      tiles = Arrays.copyOf(tiles, 2 * tileCount);
      Arrays.setAll(tiles, i -> tiles[i] == null ? new TokenTile() : tiles[i]);
    }
    return input.first;
  }

  @Override
  public void run(int from, int to, int worker) {
    int index = 0;
    for (int tile = from; tile < to; tile++) {
      while (index + 1 < count && inputs[index + 1].first <= tile) {
        index++;
      }
      quantize(inputs[index], tile, scratch[worker].quantized);
    }
  }

  private void quantize(Input input, int tile, Quantized quantized) {
    int width = input.in.width();
    int blocks = Math.ceilDiv(width, 32);
    int first = (tile - input.first) * TOKENS;
    tiles[tile].resize(blocks);
    for (int token = 0; token < Math.min(TOKENS, input.rows - first); token++) {
      quantized.set(input.in.data(), input.in.offset(input.row + first + token), width);
      tiles[tile].set(token, quantized, blocks);
    }
  }
}

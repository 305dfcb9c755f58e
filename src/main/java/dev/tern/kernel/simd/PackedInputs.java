package dev.tern.kernel.simd;

import dev.tern.kernel.Products;
import dev.tern.kernel.Products.Product;
import dev.tern.kernel.WorkerPool;
import dev.tern.tensor.Activations;
import java.util.Arrays;

/** The inputs of a list of products as tiles {@code [columns][tokens]}, each distinct range of rows once. */
final class PackedInputs implements WorkerPool.Task {
  private static final int TOKENS = TileKernels.TOKENS;

  private Input[] inputs = new Input[0];
  private int[] inputOf = new int[0];
  private int count;
  private int tiles;

  private static final class Input {
    private Activations in;
    private int row;
    private int rows;
    private int firstTile;
    private float[] packed = new float[0];

    private void pack(int tile) {
      int width = in.width();
      int to = tile * width * TOKENS;
      for (int t = 0; t < TOKENS; t++) {
        int token = tile * TOKENS + t;
        float[] data = in.data();
        int at = in.offset(row + Math.min(token, rows - 1));
        float keep = token < rows ? 1 : 0;
        for (int k = 0; k < width; k++) {
          packed[to + k * TOKENS + t] = keep == 0 ? 0 : data[at + k];
        }
      }
    }
  }

  void pack(Products products, WorkerPool pool) {
    count = 0;
    tiles = 0;
    if (inputOf.length < products.count()) {
      inputOf = new int[2 * products.count()];
    }
    for (int i = 0; i < products.count(); i++) {
      Product product = products.get(i);
      inputOf[i] = product.rows == 0 ? -1 : find(product);
    }
    pool.run(tiles, this);
  }

  /** The packed rows of product {@code index}: its tile i starts at {@code i · width · TOKENS}. */
  float[] of(int index) {
    return inputs[inputOf[index]].packed;
  }

  private int find(Product product) {
    for (int i = count - 1; i >= 0; i--) {
      if (inputs[i].in == product.in && inputs[i].row == product.inRow && inputs[i].rows == product.rows) {
        return i;
      }
    }
    if (count == inputs.length) {
      inputs = Arrays.copyOf(inputs, Math.max(4, 2 * count));
    }
    if (inputs[count] == null) {
      inputs[count] = new Input();
    }
    Input input = inputs[count];
    input.in = product.in;
    input.row = product.inRow;
    input.rows = product.rows;
    input.firstTile = tiles;
    int inputTiles = Math.ceilDiv(product.rows, TOKENS);
    tiles += inputTiles;
    int size = Math.multiplyExact(inputTiles, product.in.width() * TOKENS);
    if (input.packed.length < size) {
      input.packed = new float[size];
    }
    return count++;
  }

  @Override
  public void run(int from, int to, int worker) {
    int index = 0;
    for (int tile = from; tile < to; tile++) {
      while (index + 1 < count && inputs[index + 1].firstTile <= tile) {
        index++;
      }
      inputs[index].pack(tile - inputs[index].firstTile);
    }
  }
}

package dev.tern.kernel;

import dev.tern.quant.Weights;
import dev.tern.tensor.Activations;
import java.util.Arrays;

/**
 * A list of independent matrix products that run as one parallel operation: q, k and v of one input, gate and up of
 * every chosen expert. Reused; an input that appears in several products is prepared (quantized) once.
 */
public final class Products {
  /** {@code out[outRow + t, r] = Σ_c weights[r, c] · in[inRow + t, c]} for t below rows. */
  public static final class Product {
    public Weights weights;
    public Activations in;
    public int inRow;
    public int rows;
    public Activations out;
    public int outRow;

    /** Throws if shapes do not fit each other. */
    public void check() {
      boolean fits =
          weights.cols() == in.width()
              && weights.rows() == out.width()
              && rows >= 0
              && inRow >= 0
              && inRow + rows <= in.rows()
              && outRow >= 0
              && outRow + rows <= out.rows();
      if (!fits) {
        throw new IllegalArgumentException(
            "%s [%d, %d] times rows %d + %d of [%d, %d] into row %d of [%d, %d]"
                .formatted(
                    weights.name(),
                    weights.rows(),
                    weights.cols(),
                    inRow,
                    rows,
                    in.rows(),
                    in.width(),
                    outRow,
                    out.rows(),
                    out.width()));
      }
    }
  }

  private Product[] products = new Product[0];
  private int count;
  private boolean decode;

  /**
   * Empties the list.
   *
   * @param decode whether the rows belong to single decoding steps: the result of a row then depends on that row alone,
   *     bit for bit, however many rows are multiplied together
   */
  public Products start(boolean decode) {
    count = 0;
    this.decode = decode;
    return this;
  }

  /** Adds {@code out = in · weightsᵀ} for all rows of {@code in}. */
  public Products add(Weights weights, Activations in, Activations out) {
    return add(weights, in, 0, in.rows(), out, 0);
  }

  public Products add(Weights weights, Activations in, int inRow, int rows, Activations out, int outRow) {
    if (count == products.length) {
      products = Arrays.copyOf(products, Math.max(4, 2 * count));
      for (int i = count; i < products.length; i++) {
        products[i] = new Product();
      }
    }
    Product product = products[count++];
    product.weights = weights;
    product.in = in;
    product.inRow = inRow;
    product.rows = rows;
    product.out = out;
    product.outRow = outRow;
    return this;
  }

  public int count() {
    return count;
  }

  public Product get(int index) {
    return products[index];
  }

  public boolean decode() {
    return decode;
  }
}

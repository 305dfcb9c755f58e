package dev.tern.kernel;

import dev.tern.quant.LowRank;
import dev.tern.quant.Weights;
import dev.tern.tensor.Activations;
import java.util.Arrays;

/**
 * A list of independent matrix products that run as one parallel operation: q, k and v of one input, gate and up of
 * every chosen expert. Low-rank terms may be added to their outputs. Reused; an input that appears in several products
 * is prepared (quantized) once.
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

  /** {@code out[row of product + t] += factor · up·(down·in[inRow + t])} for t below rows. */
  public static final class Term {
    public LowRank weights;
    public float factor;

    /** The product whose output it is added to. */
    public int product;

    public Activations in;
    public int inRow;
    public int rows;

    /** First row of the product's output. */
    public int outRow;
  }

  private Product[] products = new Product[0];
  private Term[] terms = new Term[0];
  private int count;
  private int termCount;
  private boolean decode;

  /**
   * Empties the list.
   *
   * @param decode whether the rows belong to single decoding steps: the result of a row then depends on that row alone,
   *     bit for bit, however many rows are multiplied together
   */
  public Products start(boolean decode) {
    count = 0;
    termCount = 0;
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

  /**
   * Adds a low-rank term to rows of a product that was added before.
   *
   * @param in of the term, with the same rows as that of the product
   * @param row first row in {@code in}
   */
  public Products addTerm(int product, LowRank weights, float factor, Activations in, int row, int rows) {
    if (termCount == terms.length) {
      terms = Arrays.copyOf(terms, Math.max(4, 2 * termCount));
      for (int i = termCount; i < terms.length; i++) {
        terms[i] = new Term();
      }
    }
    Term term = terms[termCount++];
    term.product = product;
    term.weights = weights;
    term.factor = factor;
    term.in = in;
    term.inRow = row;
    term.rows = rows;
    term.outRow = products[product].outRow + row - products[product].inRow;
    return this;
  }

  /** Throws if shapes of products or terms do not fit each other. */
  public void check() {
    for (int i = 0; i < count; i++) {
      products[i].check();
    }
    for (int i = 0; i < termCount; i++) {
      check(terms[i], products[terms[i].product]);
    }
  }

  private static void check(Term term, Product product) {
    boolean fits =
        term.weights.inputs() == term.in.width()
            && term.weights.outputs() == product.out.width()
            && term.inRow >= product.inRow
            && term.inRow + term.rows <= Math.min(product.inRow + product.rows, term.in.rows());
    if (!fits) {
      throw new IllegalArgumentException(
          "%s [%d, %d] for rows %d + %d of [%d, %d] beside %s [%d, %d]"
              .formatted(
                  term.weights.down().name(),
                  term.weights.outputs(),
                  term.weights.inputs(),
                  term.inRow,
                  term.rows,
                  term.in.rows(),
                  term.in.width(),
                  product.weights.name(),
                  product.weights.rows(),
                  product.weights.cols()));
    }
  }

  /** Low-rank terms, of all products together. */
  public int terms() {
    return termCount;
  }

  public Term term(int index) {
    return terms[index];
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

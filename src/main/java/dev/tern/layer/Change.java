package dev.tern.layer;

import dev.tern.kernel.Products;
import dev.tern.tensor.Activations;

/**
 * What one adapter changes about consecutive rows of one product; reused. All differences are taken from the base's own
 * result, so that those of several adapters add up in any order.
 */
final class Change {
  private final Pass pass;
  private LinearDelta delta;
  private float weight;
  private Linear linear;
  private Products.Product product;
  private int index;
  private Activations in;
  private int row;
  private int rows;
  private Activations low;

  /** The difference, up to the weight. */
  private Activations high;

  private Activations base;
  private boolean besides;

  Change(Pass pass) {
    this.pass = pass;
  }

  /** Starts anew. */
  Change set(LinearDelta delta, float weight, Linear linear) {
    this.delta = delta;
    this.weight = weight;
    this.linear = linear;
    low = null;
    high = null;
    base = null;
    besides = false;
    return this;
  }

  /** Which product it changes. */
  Change of(Products products, int index) {
    this.index = index;
    product = products.get(index);
    in = product.in;
    return this;
  }

  void rows(int row, int rows) {
    this.row = row;
    this.rows = rows;
  }

  LinearDelta delta() {
    return delta;
  }

  /** The product will not be the base's own result: where that is needed it has to be computed besides. */
  void computeBesides() {
    besides = true;
  }

  boolean scalesInput() {
    return delta instanceof LinearDelta.InputScale;
  }

  /** Adds what it changes about the input to a copy of that. */
  void scaleInput(Activations copy) {
    if (delta instanceof LinearDelta.InputScale scale) {
      float[] factors = scale.factors();
      for (int r = row; r < row + rows; r++) {
        int at = copy.offset(r);
        for (int i = 0; i < factors.length; i++) {
          copy.data()[at + i] += weight * (factors[i] - 1) * in.data()[at + i];
        }
      }
    }
  }

  /** Adds the products that need nothing but the input. */
  void addFirst(Products products) {
    switch (delta) {
      case LinearDelta.LowRank lowRank ->
          products.addTerm(index, lowRank.weights(), weight * lowRank.scale(), in, row, rows);
      case LinearDelta.Decomposed decomposed -> {
        low = pass.workspace().rows(rows, decomposed.down().rows());
        products.add(decomposed.down(), in, row, rows, low, 0);
        addBase(products);
      }
      case LinearDelta.Replacement replacement -> {
        high = pass.workspace().rows(rows, replacement.linear().outputs());
        products.add(replacement.linear().weights(), in, row, rows, high, 0);
        addBase(products);
      }
      case LinearDelta.OutputScale _ -> addBase(products);
      case LinearDelta.InputScale _ -> {}
    }
  }

  /** Where another adapter scales the input, or adds to the product, the base's own result is computed besides. */
  private void addBase(Products products) {
    if (besides || product.in != in) {
      base = pass.workspace().rows(rows, linear.outputs());
      products.add(linear.weights(), in, row, rows, base, 0);
    }
  }

  /** Adds the product that needs the first ones. */
  void addSecond(Products products) {
    if (delta instanceof LinearDelta.Decomposed decomposed) {
      high = pass.workspace().rows(rows, decomposed.up().rows());
      products.add(decomposed.up(), low, 0, rows, high, 0);
    }
  }

  /** Works out the difference while the product still is the base's. */
  void computeDifference() {
    switch (delta) {
      case LinearDelta.Decomposed decomposed -> {
        Activations result = baseRows(false);
        for (int r = 0; r < rows; r++) {
          magnify(result, high, decomposed, result.offset(r));
        }
        high = result;
      }
      case LinearDelta.OutputScale scale -> {
        high = baseRows(true);
        for (int r = 0; r < rows; r++) {
          scale(high, scale.factors(), high.offset(r));
        }
      }
      case LinearDelta.Replacement replacement -> {
        Activations result = baseRows(true);
        float[] bias = replacement.linear().bias();
        for (int i = 0; i < rows * high.width(); i++) {
          high.data()[i] += (bias == null ? 0 : bias[i % bias.length]) - result.data()[i];
        }
      }
      case LinearDelta.LowRank _, LinearDelta.InputScale _ -> {}
    }
  }

  /** {@code base = (magnitude − 1) ⊙ base + magnitude ⊙ scale · high}. */
  private static void magnify(Activations base, Activations high, LinearDelta.Decomposed delta, int at) {
    float[] magnitude = delta.magnitude();
    for (int i = 0; i < magnitude.length; i++) {
      float direction = base.data()[at + i] + delta.scale() * high.data()[at + i];
      base.data()[at + i] = magnitude[i] * direction - base.data()[at + i];
    }
  }

  private static void scale(Activations x, float[] factors, int at) {
    for (int i = 0; i < factors.length; i++) {
      x.data()[at + i] *= factors[i] - 1;
    }
  }

  /** The base's own result for these rows, in a buffer that may be overwritten. */
  private Activations baseRows(boolean withBias) {
    boolean hasBias = base == null;
    if (hasBias) {
      Activations out = product.out;
      base = pass.workspace().rows(rows, out.width());
      System.arraycopy(out.data(), out.offset(outRow()), base.data(), 0, rows * out.width());
    }
    float[] bias = linear.bias();
    float sign = withBias ? 1 : -1;
    for (int i = 0; bias != null && withBias != hasBias && i < rows * base.width(); i++) {
      base.data()[i] += sign * bias[i % bias.length];
    }
    return base;
  }

  private int outRow() {
    return product.outRow + row - product.inRow;
  }

  /** Adds the difference to the product. */
  void addDifference() {
    if (high == null) {
      return;
    }
    float[] out = product.out.data();
    float[] difference = high.data();
    int to = product.out.offset(outRow());
    for (int i = 0; i < rows * high.width(); i++) {
      out[to + i] += weight * difference[i];
    }
  }
}

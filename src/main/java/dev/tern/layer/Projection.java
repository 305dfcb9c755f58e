package dev.tern.layer;

import dev.tern.kernel.Products;
import dev.tern.tensor.Activations;
import java.util.Arrays;

/**
 * Products of activations with linears, run as one parallel operation: {@code pass.project(x).through(q, qOut)…run()}.
 * Adds biases and what the adapters of each sequence change.
 */
public final class Projection {
  private final Pass pass;
  private final Products products = new Products();
  private final Adapting adapting;
  private Linear[] linears = new Linear[8];
  private Activations in;
  private int[] sources;

  Projection(Pass pass) {
    this.pass = pass;
    adapting = new Adapting(pass);
  }

  /**
   * @param sources the row of the batch that each row of {@code in} belongs to; null if they are the same
   */
  Projection start(Activations in, int[] sources) {
    this.in = in;
    this.sources = sources;
    products.start(pass.batch().decode());
    return this;
  }

  /** Adds a linear of all rows; {@code out} is sized here. */
  public Projection through(Linear linear, Activations out) {
    return through(linear, 0, in.rows(), out.resize(in.rows(), linear.outputs()));
  }

  /** Adds a linear of some rows; {@code out} has its size already and the same rows are written. */
  public Projection through(Linear linear, int row, int count, Activations out) {
    return through(linear, row, count, out, row);
  }

  /** Adds a linear of some rows (an expert's); {@code out} has its size already. */
  Projection through(Linear linear, int row, int count, Activations out, int outRow) {
    int index = products.count();
    if (index == linears.length) {
      linears = Arrays.copyOf(linears, 2 * index);
    }
    linears[index] = linear;
    products.add(linear.weights(), in, row, count, out, outRow);
    return this;
  }

  /** Computes all outputs. */
  public void run() {
    if (pass.observer() != null) {
      observe(pass.observer());
    }
    if (pass.batch().adapted()) {
      runAdapted();
    } else {
      runBase(products.count());
    }
  }

  private void observe(LinearObserver observer) {
    for (int i = 0; i < products.count(); i++) {
      Products.Product product = products.get(i);
      observer.observe(linears[i], product.in, product.inRow, product.rows);
    }
  }

  /** Runs all products and adds the biases of the first {@code count}. */
  private void runBase(int count) {
    pass.kernels().matrix().multiply(products);
    for (int i = 0; i < count; i++) {
      if (linears[i].bias() != null) {
        addBias(linears[i].bias(), products.get(i));
      }
    }
  }

  private void runAdapted() {
    int mark = pass.workspace().mark();
    int count = products.count();
    adapting.start(sources);
    for (int i = 0; i < count; i++) {
      adapting.add(linears[i], products, i);
    }
    adapting.addFirst(products);
    runBase(count);
    adapting.finish();
    pass.workspace().release(mark);
  }

  private void addBias(float[] bias, Products.Product product) {
    if (product.rows == product.out.rows()) {
      pass.kernels().vector().addBias(product.out, bias);
      return;
    }
    for (int row = product.outRow; row < product.outRow + product.rows; row++) {
      int at = product.out.offset(row);
      for (int i = 0; i < bias.length; i++) {
        product.out.data()[at + i] += bias[i];
      }
    }
  }
}

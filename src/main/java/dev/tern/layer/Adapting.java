package dev.tern.layer;

import dev.tern.kernel.Products;
import dev.tern.tensor.Activations;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds to the products of a projection what the adapters of each sequence change. All low-rank products of a
 * projection, whatever linear and adapter they belong to, run as two parallel operations: one down, one up.
 */
final class Adapting {
  private final Pass pass;
  private final Products products = new Products();
  private final List<Change> changes = new ArrayList<>();
  private int count;
  private int[] sources;

  /** One adapter on consecutive rows of one product. */
  private static final class Change {
    private LinearDelta delta;
    private Products.Product product;
    private float[] bias;
    private int row;
    private int rows;
    private float weight;
    private Activations low;
    private Activations high;
  }

  Adapting(Pass pass) {
    this.pass = pass;
  }

  /**
   * Forgets all changes.
   *
   * @param sources the row of the batch that each input row belongs to; null if they are the same
   */
  void start(int[] sources) {
    this.sources = sources;
    count = 0;
  }

  /** Notes what adapters change about a product; scales its input where one asks for that. */
  void add(Linear linear, Products.Product product) {
    List<Span> spans = pass.batch().spans();
    for (int s = 0; s < spans.size(); s++) {
      Span span = spans.get(s);
      if (!span.adapters().isEmpty()) {
        addRuns(span, linear, product);
      }
    }
  }

  private void addRuns(Span span, Linear linear, Products.Product product) {
    int end = product.inRow + product.rows;
    for (int row = product.inRow; row < end; row++) {
      int from = row;
      while (row < end && belongs(span, row)) {
        row++;
      }
      for (int a = 0; row > from && a < span.adapters().size(); a++) {
        WeightedAdapter weighted = span.adapters().get(a);
        LinearDelta delta = weighted.adapter().delta(linear);
        if (delta != null) {
          note(delta, weighted.weight(), linear, product, from, row - from);
        }
      }
    }
  }

  private boolean belongs(Span span, int row) {
    int source = sources == null ? row : sources[row];
    return source >= span.row() && source < span.end();
  }

  private void note(LinearDelta delta, float weight, Linear linear, Products.Product product, int row, int rows) {
    if (count == changes.size()) {
      changes.add(new Change());
    }
    Change change = changes.get(count++);
    change.delta = delta;
    change.weight = weight;
    change.product = product;
    change.bias = linear.bias();
    change.row = row;
    change.rows = rows;
    if (delta instanceof LinearDelta.InputScale scale) {
      product.in = scaledCopy(product.in, scale.factors(), weight, row, rows);
    }
  }

  private Activations scaledCopy(Activations in, float[] factors, float weight, int row, int rows) {
    Activations copy = pass.workspace().rows(in.rows(), in.width());
    System.arraycopy(in.data(), 0, copy.data(), 0, in.rows() * in.width());
    for (int r = row; r < row + rows; r++) {
      int at = copy.offset(r);
      for (int i = 0; i < factors.length; i++) {
        copy.data()[at + i] *= 1 + weight * (factors[i] - 1);
      }
    }
    return copy;
  }

  /** After the base's products, biases included: applies all changes. */
  void run() {
    multiplyDown();
    multiplyUp();
    for (int i = 0; i < count; i++) {
      scaleBase(changes.get(i));
    }
    for (int i = 0; i < count; i++) {
      addHigh(changes.get(i));
    }
  }

  private void multiplyDown() {
    products.start(pass.batch().decode());
    for (int i = 0; i < count; i++) {
      Change change = changes.get(i);
      if (change.delta instanceof LinearDelta.LowRank delta) {
        change.low = pass.workspace().rows(change.rows, delta.down().rows());
        products.add(delta.down(), change.product.in, change.row, change.rows, change.low, 0);
      } else if (change.delta instanceof LinearDelta.Replacement replacement) {
        change.high = pass.workspace().rows(change.rows, replacement.linear().outputs());
        products.add(replacement.linear().weights(), change.product.in, change.row, change.rows, change.high, 0);
      }
    }
    pass.kernels().matrix().multiply(products);
  }

  private void multiplyUp() {
    products.start(pass.batch().decode());
    for (int i = 0; i < count; i++) {
      Change change = changes.get(i);
      if (change.delta instanceof LinearDelta.LowRank delta) {
        change.high = pass.workspace().rows(change.rows, delta.up().rows());
        products.add(delta.up(), change.low, 0, change.rows, change.high, 0);
      }
    }
    pass.kernels().matrix().multiply(products);
  }

  /** Multiplicative changes see the base's output, so they are worked out before anything is added to it. */
  private void scaleBase(Change change) {
    if (change.delta instanceof LinearDelta.OutputScale scale) {
      Activations base = baseRows(change, null);
      multiply(base, scale.factors(), -1);
      change.high = base;
    } else if (change.delta instanceof LinearDelta.LowRank lowRank && lowRank.magnitude() != null) {
      Activations difference = baseRows(change, change.bias);
      multiply(difference, lowRank.magnitude(), -1);
      multiply(change.high, lowRank.magnitude(), 0);
      addScaled(difference, change.high, lowRank.scale());
      change.high = difference;
    }
  }

  /** A copy of the base's output for the rows of a change, less the bias. */
  private Activations baseRows(Change change, float[] bias) {
    Activations out = change.product.out;
    Activations copy = pass.workspace().rows(change.rows, out.width());
    System.arraycopy(out.data(), out.offset(outRow(change)), copy.data(), 0, change.rows * out.width());
    for (int i = 0; bias != null && i < change.rows * out.width(); i++) {
      copy.data()[i] -= bias[i % bias.length];
    }
    return copy;
  }

  /** {@code x = x ⊙ (factors + offset)}, row by row. */
  private static void multiply(Activations x, float[] factors, float offset) {
    for (int row = 0; row < x.rows(); row++) {
      int at = x.offset(row);
      for (int i = 0; i < factors.length; i++) {
        x.data()[at + i] *= factors[i] + offset;
      }
    }
  }

  private static void addScaled(Activations x, Activations y, float scale) {
    for (int i = 0; i < x.rows() * x.width(); i++) {
      x.data()[i] += scale * y.data()[i];
    }
  }

  private static int outRow(Change change) {
    return change.product.outRow + change.row - change.product.inRow;
  }

  private void addHigh(Change change) {
    Activations high = change.high;
    if (high == null) {
      return;
    }
    change.high = null;
    float factor = change.weight;
    if (change.delta instanceof LinearDelta.LowRank lowRank && lowRank.magnitude() == null) {
      factor *= lowRank.scale();
    } else if (change.delta instanceof LinearDelta.Replacement replacement) {
      addScaled(high, baseRows(change, replacement.linear().bias()), -1);
    }
    float[] out = change.product.out.data();
    for (int row = 0; row < change.rows; row++) {
      int to = change.product.out.offset(outRow(change) + row);
      int from = high.offset(row);
      for (int i = 0; i < high.width(); i++) {
        out[to + i] += factor * high.data()[from + i];
      }
    }
  }
}

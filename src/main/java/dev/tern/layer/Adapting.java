package dev.tern.layer;

import dev.tern.kernel.Products;
import dev.tern.tensor.Activations;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds to the products of a projection what the adapters of each sequence change. The first halves of all low-rank
 * products, whatever linear and adapter they belong to, run together with the base's products; all second halves run as
 * one more parallel operation.
 */
final class Adapting {
  private final Pass pass;
  private final Products second = new Products();
  private final List<Change> changes = new ArrayList<>();
  private int count;
  private int[] sources;

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

  /** Notes what adapters change about a product of the base. */
  void add(Linear linear, Products.Product product) {
    int first = count;
    List<Span> spans = pass.batch().spans();
    for (int s = 0; s < spans.size(); s++) {
      Span span = spans.get(s);
      if (!span.adapters().isEmpty()) {
        addRuns(span, linear, product);
      }
    }
    scaleInputs(first, product);
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
          next().set(delta, weighted.weight(), linear, product).rows(from, row - from);
        }
      }
    }
  }

  private boolean belongs(Span span, int row) {
    int source = sources == null ? row : sources[row];
    return source >= span.row() && source < span.end();
  }

  private Change next() {
    if (count == changes.size()) {
      changes.add(new Change(pass));
    }
    return changes.get(count++);
  }

  /** Gives the base's product scaled inputs where changes from {@code first} on ask for that. */
  private void scaleInputs(int first, Products.Product product) {
    boolean scaled = false;
    for (int i = first; i < count; i++) {
      scaled |= changes.get(i).scalesInput();
    }
    if (scaled) {
      Activations in = product.in;
      Activations copy = pass.workspace().rows(in.rows(), in.width());
      System.arraycopy(in.data(), 0, copy.data(), 0, in.rows() * in.width());
      for (int i = first; i < count; i++) {
        changes.get(i).scaleInput(copy);
      }
      product.in = copy;
    }
  }

  /** Adds to the base's products those that need nothing but the input. */
  void addFirst(Products products) {
    for (int i = 0; i < count; i++) {
      changes.get(i).addFirst(products);
    }
  }

  /** After these, the base's biases included: applies all changes. */
  void finish() {
    second.start(pass.batch().decode());
    for (int i = 0; i < count; i++) {
      changes.get(i).addSecond(second);
    }
    pass.kernels().matrix().multiply(second);
    for (int i = 0; i < count; i++) {
      changes.get(i).computeDifference();
    }
    for (int i = 0; i < count; i++) {
      changes.get(i).addDifference();
    }
  }
}

package dev.tern.layer;

import dev.tern.kernel.Products;
import dev.tern.tensor.Activations;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds to the products of a projection what the adapters of each sequence change. Low-rank changes, whatever linear and
 * adapter they belong to, are terms of the base's products; other kinds need a second parallel operation.
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

  /** Notes what adapters change about product {@code index} of the base. */
  void add(Linear linear, Products products, int index) {
    int first = count;
    Batch batch = pass.batch();
    for (int s = 0; s < batch.spanCount(); ) {
      int row = batch.span(s).row();
      List<WeightedAdapter> adapters = batch.span(s).adapters();
      do { // neighbours with the same adapters are changed together
        s++;
      } while (s < batch.spanCount() && same(batch.span(s).adapters(), adapters));
      if (!adapters.isEmpty()) {
        addRuns(linear, products, index, adapters, row, batch.span(s - 1).end());
      }
    }
    scaleInputs(first, products.get(index));
  }

  private static boolean same(List<WeightedAdapter> a, List<WeightedAdapter> b) {
    boolean same = a.size() == b.size();
    for (int i = 0; same && i < a.size(); i++) {
      same = a.get(i).equals(b.get(i));
    }
    return same;
  }

  /** Adds changes of each run of the product's rows that belong to rows {@code first … last} of the batch. */
  private void addRuns(
      Linear linear, Products products, int index, List<WeightedAdapter> adapters, int first, int last) {
    Products.Product product = products.get(index);
    int end = product.inRow + product.rows;
    for (int row = product.inRow; row < end; row++) {
      int from = row;
      while (row < end && source(row) >= first && source(row) < last) {
        row++;
      }
      if (row > from) {
        int mark = count;
        for (int a = 0; a < adapters.size(); a++) {
          LinearDelta delta = adapters.get(a).adapter().delta(linear);
          if (delta != null) {
            next().set(delta, adapters.get(a).weight(), linear).of(products, index).rows(from, row - from);
          }
        }
        separate(mark);
      }
    }
  }

  private int source(int row) {
    return sources == null ? row : sources[row];
  }

  /** Low-rank changes are added to the product at once: others of the same rows must not take that for the base. */
  private void separate(int from) {
    boolean adds = false;
    for (int i = from; i < count; i++) {
      adds |= changes.get(i).delta() instanceof LinearDelta.LowRank;
    }
    for (int i = from; adds && i < count; i++) {
      changes.get(i).computeBesides();
    }
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
    if (second.count() > 0) {
      pass.kernels().matrix().multiply(second);
    }
    for (int i = 0; i < count; i++) {
      changes.get(i).computeDifference();
    }
    for (int i = 0; i < count; i++) {
      changes.get(i).addDifference();
    }
  }
}

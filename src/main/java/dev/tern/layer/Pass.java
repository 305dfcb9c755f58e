package dev.tern.layer;

import dev.tern.kernel.Kernels;
import dev.tern.tensor.Activations;
import java.util.IdentityHashMap;
import java.util.Map;

/** One way of a batch through the network: what every layer needs besides its input. One per engine, reused. */
public final class Pass {
  private final Kernels kernels;
  private final Batch batch = new Batch();
  private final Workspace workspace = new Workspace();
  private final Projection projection = new Projection(this);
  private final Recurrences recurrences = new Recurrences(this);
  private final Activations carried = new Activations();
  private final Map<RotaryTable, Angles> angles = new IdentityHashMap<>();
  private LinearObserver observer;
  private long number;

  /** The angles of one table for the batch of pass {@code number}. */
  private static final class Angles {
    private final Activations values = new Activations();
    private long number = -1;
  }

  public Pass(Kernels kernels) {
    this.kernels = kernels;
  }

  public Kernels kernels() {
    return kernels;
  }

  public Batch batch() {
    return batch;
  }

  public Workspace workspace() {
    return workspace;
  }

  /** Shows an observer what linears are given from now on; null for none. */
  public void observe(LinearObserver observer) {
    this.observer = observer;
  }

  LinearObserver observer() {
    return observer;
  }

  /** Starts to multiply {@code in} with linears. */
  public Projection project(Activations in) {
    return projection.start(in, null);
  }

  /**
   * Starts to multiply rows gathered from the batch.
   *
   * @param sources the row of the batch that each row of {@code in} belongs to
   */
  public Projection project(Activations in, int[] sources) {
    return projection.start(in, sources);
  }

  /** {@code out = linear(in)}. */
  public void project(Activations in, Linear linear, Activations out) {
    project(in).through(linear, out).run();
  }

  /** Activations that an early layer leaves for later ones of the same pass (the first value rows of RWKV-7). */
  public Activations carried() {
    return carried;
  }

  /** The operations of recurrent mixers. */
  Recurrences recurrences() {
    return recurrences;
  }

  /** Cosines and sines of a rotary table for the rows of the batch, computed once per pass. */
  Activations angles(RotaryTable table) {
    Angles entry = angles.get(table);
    if (entry == null) {
      entry = new Angles();
      angles.put(table, entry);
    }
    if (entry.number != number) {
      table.fill(batch, entry.values);
      entry.number = number;
    }
    return entry.values;
  }

  /** Forgets what belongs to the previous batch; needed before a mixer runs by itself. */
  public void next() {
    number++;
  }
}

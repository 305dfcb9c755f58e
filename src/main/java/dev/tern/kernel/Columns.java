package dev.tern.kernel;

import dev.tern.tensor.Activations;

/**
 * Neighbouring columns of every row of a buffer, such as the keys in a joint projection of queries, keys and values.
 * How many columns is up to the operation. Mutable, so that an operand is described anew without allocating.
 */
public final class Columns {
  private Activations rows;
  private int from;

  /** All columns from {@code from} on. */
  public Columns set(Activations rows, int from) {
    this.rows = rows;
    this.from = from;
    return this;
  }

  /** All columns. */
  public Columns set(Activations rows) {
    return set(rows, 0);
  }

  /** Makes this operand absent. */
  public void clear() {
    rows = null;
  }

  public boolean isPresent() {
    return rows != null;
  }

  public Activations rows() {
    return rows;
  }

  public float[] data() {
    return rows.data();
  }

  /** Index in {@link #data()} of the first of the columns in a row. */
  public int at(int row) {
    return rows.offset(row) + from;
  }
}

package dev.tern.tensor;

/**
 * Float rows {@code [rows, width]}, row-major, owned by whoever computes with them and reused: the buffer grows and
 * never shrinks, so steady-state decoding allocates nothing.
 */
public final class Activations {
  private float[] data = new float[0];
  private int rows;
  private int width;

  public static Activations of(int rows, int width) {
    return new Activations().resize(rows, width);
  }

  /** Gives this the shape {@code [rows, width]}; the contents are undefined afterwards. */
  public Activations resize(int rows, int width) {
    int size = Math.multiplyExact(rows, width);
    if (data.length < size) {
      data = new float[size];
    }
    this.rows = rows;
    this.width = width;
    return this;
  }

  public float[] data() {
    return data;
  }

  public int rows() {
    return rows;
  }

  public int width() {
    return width;
  }

  /** Index in {@link #data()} of the first value of a row. */
  public int offset(int row) {
    return row * width;
  }
}

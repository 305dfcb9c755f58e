package dev.tern.kernel;

/** The rows a {@link SelectiveScan} reads and writes. Reused between calls. */
public final class ScanOperands {
  /** x {@code [channels]}. */
  public final Columns input = new Columns();

  /** Δ {@code [channels]}, positive. */
  public final Columns step = new Columns();

  /** B {@code [states]}. */
  public final Columns write = new Columns();

  /** C {@code [states]}. */
  public final Columns read = new Columns();

  /** y {@code [channels]}; none of the other operands. */
  public final Columns out = new Columns();
}

package dev.tern.kernel;

/** The rows a {@link LinearRecurrence} reads and writes. Reused between calls. */
public final class RecurrenceOperands {
  /** q {@code [keyHeads · keyWidth]}. */
  public final Columns query = new Columns();

  /** k {@code [keyHeads · keyWidth]}. */
  public final Columns key = new Columns();

  /** v {@code [heads · valueWidth]}. */
  public final Columns value = new Columns();

  /** Factors, not their logarithms: {@code [heads]} or {@code [heads · keyWidth]}, in [0, 1]. */
  public final Columns decay = new Columns();

  /** w {@code [heads]}; absent for 1. */
  public final Columns write = new Columns();

  /** a {@code [keyHeads · keyWidth]}: what a low-rank update reads from the state. */
  public final Columns removal = new Columns();

  /** b {@code [keyHeads · keyWidth]}: where a low-rank update writes what it read. */
  public final Columns replacement = new Columns();

  /** o {@code [heads · valueWidth]}; none of the other operands. */
  public final Columns out = new Columns();

  /** Makes every operand absent. */
  public RecurrenceOperands start() {
    query.clear();
    key.clear();
    value.clear();
    decay.clear();
    write.clear();
    removal.clear();
    replacement.clear();
    out.clear();
    return this;
  }
}

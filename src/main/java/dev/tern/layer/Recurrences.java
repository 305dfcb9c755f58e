package dev.tern.layer;

import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.Columns;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.RecurrenceOperands;
import dev.tern.kernel.ScanOperands;
import dev.tern.kernel.SelectiveScan;
import dev.tern.kernel.StateRows;
import dev.tern.tensor.Activations;

/** The stateful operations of recurrent mixers on the batch of a pass. One per pass; its operands are reused. */
final class Recurrences {
  final RecurrenceOperands operands = new RecurrenceOperands();
  final ScanOperands scan = new ScanOperands();
  private final Pass pass;
  private final StateRows rows = new StateRows();
  private final Columns from = new Columns();
  private final Columns to = new Columns();

  Recurrences(Pass pass) {
    this.pass = pass;
  }

  /** Runs a recurrence on {@link #operands} over the state in a part of a slot. */
  void recur(LinearRecurrence recurrence, int slot, int part) {
    pass.kernels().recurrent().recur(recurrence, operands, states(slot, part));
  }

  /** Runs a scan on the operands in {@link #scan}. */
  void scan(SelectiveScan scan, int slot, int part) {
    pass.kernels().recurrent().scan(scan, this.scan, states(slot, part));
  }

  /** Convolves columns of {@code in} from {@code inColumn} on into those of {@code out} from {@code outColumn} on. */
  void convolve(
      CausalConvolution convolution, Activations in, int inColumn, Activations out, int outColumn, StateRows states) {
    pass.kernels().recurrent().convolve(convolution, from.set(in, inColumn), to.set(out, outColumn), states);
  }

  /** {@code out} becomes the rows before those of {@code in}. */
  void shift(Activations in, Activations out, StateRows states) {
    out.resize(in.rows(), in.width());
    pass.kernels().recurrent().shift(in.width(), from.set(in), to.set(out), states);
  }

  /** L2 norm of heads in columns from {@code column} on, in place. */
  void l2Norm(Activations x, int column, int heads, int width, float eps, float scale) {
    pass.kernels().gating().l2Norm(from.set(x, column), heads, width, eps, scale);
  }

  /** Columns for a single use. */
  Columns columns(Activations x, int column) {
    return from.set(x, column);
  }

  /** {@code out = x ⊙ y} of columns. */
  void multiply(Activations x, int xColumn, Activations y, int yColumn, Activations out) {
    Columns product = scan.out.set(out);
    pass.kernels().gating().multiply(from.set(x, xColumn), to.set(y, yColumn), out.width(), product);
  }

  /** The rows of the batch with the states in a part of a slot. */
  StateRows states(int slot, int part) {
    rows.start();
    Batch batch = pass.batch();
    for (int i = 0; i < batch.spanCount(); i++) {
      Span span = batch.span(i);
      rows.add(span.row(), span.count(), ((RecurrentState) span.states()[slot]).part(part));
    }
    return rows;
  }

  /** Tells the states of a slot that the batch went by. */
  void advance(int slot) {
    Batch batch = pass.batch();
    for (int i = 0; i < batch.spanCount(); i++) {
      Span span = batch.span(i);
      ((RecurrentState) span.states()[slot]).advance(span.count());
    }
  }
}

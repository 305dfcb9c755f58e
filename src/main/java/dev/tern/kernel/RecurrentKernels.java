package dev.tern.kernel;

/** Operations that carry a state along the rows of each sequence of a batch. States are f32 in native memory. */
public interface RecurrentKernels {
  /** Runs a recurrence over all rows and carries the states on. */
  void recur(LinearRecurrence recurrence, RecurrenceOperands operands, StateRows rows);

  /** Runs a selective scan over all rows and carries the states on. */
  void scan(SelectiveScan scan, ScanOperands operands, StateRows rows);

  /** Convolves all rows and carries the last inputs on; {@code out} is not {@code in}. */
  void convolve(CausalConvolution convolution, Columns in, Columns out, StateRows rows);

  /** {@code out_t = in_{t−1}}; the state {@code [width]} is the row before the first. {@code out} is not {@code in}. */
  void shift(int width, Columns in, Columns out, StateRows rows);
}

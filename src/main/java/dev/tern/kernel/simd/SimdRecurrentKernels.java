package dev.tern.kernel.simd;

import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.Columns;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.RecurrenceOperands;
import dev.tern.kernel.RecurrentKernels;
import dev.tern.kernel.ScanOperands;
import dev.tern.kernel.SelectiveScan;
import dev.tern.kernel.StateRows;
import dev.tern.kernel.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Recurrences with the Vector API. One operation at a time; allocates nothing once its buffers have grown. */
public final class SimdRecurrentKernels implements RecurrentKernels {
  private final SimdRecurrence recurrence;
  private final SimdScan scan;
  private final SimdConvolution convolution;

  /** How the rows of a sequence are processed. */
  public enum Form {
    /** By what is fastest for the number of rows. */
    AUTOMATIC,
    /** One after the other. */
    RECURRENT,
    /** In chunks, by products of small matrices. */
    CHUNKED
  }

  public SimdRecurrentKernels(WorkerPool pool) {
    this(pool, Form.AUTOMATIC);
  }

  /** Kernels that always use one form, to measure or test it. */
  public SimdRecurrentKernels(WorkerPool pool, Form form) {
    recurrence = new SimdRecurrence(pool, form);
    scan = new SimdScan(pool);
    convolution = new SimdConvolution(pool);
  }

  @Override
  public void recur(LinearRecurrence recurrence, RecurrenceOperands operands, StateRows rows) {
    this.recurrence.recur(recurrence, operands, rows);
  }

  @Override
  public void scan(SelectiveScan scan, ScanOperands operands, StateRows rows) {
    this.scan.scan(scan, operands, rows);
  }

  @Override
  public void convolve(CausalConvolution convolution, Columns in, Columns out, StateRows rows) {
    this.convolution.convolve(convolution, in, out, rows);
  }

  @Override
  public void shift(int width, Columns in, Columns out, StateRows rows) {
    for (int sequence = 0; sequence < rows.count(); sequence++) {
      int first = rows.first(sequence);
      int last = first + rows.rows(sequence) - 1;
      if (last < first) {
        continue;
      }
      MemorySegment state = rows.state(sequence);
      for (int row = last; row > first; row--) {
        System.arraycopy(in.data(), in.at(row - 1), out.data(), out.at(row), width);
      }
      MemorySegment.copy(state, ValueLayout.JAVA_FLOAT, 0, out.data(), out.at(first), width);
      MemorySegment.copy(in.data(), in.at(last), state, ValueLayout.JAVA_FLOAT, 0, width);
    }
  }
}

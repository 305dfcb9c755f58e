package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.TernException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The rows of a matrix to be packed, in file form: all rows of a tensor, a range of them (one of several fused
 * projections, one of the stacked experts) or a permutation.
 *
 * @param name for messages
 * @param data row-major blocks; exactly the rows' bytes where {@code order} is null
 * @param order which row of {@code data} each row is, or null for the order they have
 */
public record RowSource(String name, TensorType type, int rows, int cols, MemorySegment data, int[] order) {
  /** Bytes around a touched one that Linux may map along with it: some pages, or a large page of its cache. */
  private static final long FAULT_AROUND = 1 << 20;

  public RowSource {
    if (cols < 1 || rows < 0 || cols % type.blockSize() != 0) {
      throw new TernException(
          "tensor '%s': [%d, %d] cannot be rows of %s blocks of %d"
              .formatted(name, rows, cols, type, type.blockSize()));
    }
  }

  /** All rows of a tensor; the outer dimensions count as rows. */
  public static RowSource of(TensorView tensor) {
    return new RowSource(tensor.name(), tensor.type(), tensor.rows(), tensor.cols(), tensor.data(), null);
  }

  /** Row-major floats {@code [rows, cols]}. */
  public static RowSource of(String name, float[] values, int rows, int cols) {
    if (values.length < (long) rows * cols) {
      throw new TernException("'%s': [%d, %d] needs more than %d values".formatted(name, rows, cols, values.length));
    }
    return new RowSource(name, TensorType.F32, rows, cols, MemorySegment.ofArray(values), null);
  }

  /** Rows {@code first … first + count}. */
  public RowSource slice(int first, int count) {
    if (first < 0 || count < 0 || first > rows - count) {
      throw new TernException("tensor '%s': rows %d to %d of %d".formatted(name, first, first + (long) count, rows));
    }
    if (order != null) {
      return new RowSource(name, type, count, cols, data, Arrays.copyOfRange(order, first, first + count));
    }
    return new RowSource(name, type, count, cols, data.asSlice(first * rowBytes(), count * rowBytes()), null);
  }

  /** Row i of the result is row {@code order[i]} of this. */
  public RowSource permute(int[] order) {
    int[] rowOf = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      if (order[i] < 0 || order[i] >= rows) {
        throw new TernException("tensor '%s': row %d of %d".formatted(name, order[i], rows));
      }
      rowOf[i] = this.order == null ? order[i] : this.order[order[i]];
    }
    return new RowSource(name, type, rowOf.length, cols, data, rowOf);
  }

  /** Bytes of a row. */
  public long rowBytes() {
    return type.bytes(cols);
  }

  /** Where row {@code row} starts in {@link #data}. */
  public long offset(int row) {
    return (order == null ? row : order[row]) * rowBytes();
  }

  /** Gives pages of a mapped file back to the system once rows {@code from … to} are read; they can be read again. */
  void release(int from, int to) {
    if (order == null && data.isMapped()) {
      long first = Math.max(0, offset(from) - FAULT_AROUND);
      long last = Math.min(data.byteSize(), offset(Math.min(to, rows)) + FAULT_AROUND);
      data.asSlice(first, last - first).unload();
    }
  }
}

package dev.tern.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor as it lies in a mapped file.
 *
 * @param name the name in the checkpoint
 * @param shape outermost dimension first: a matrix is {@code [rows, cols]} (GGUF stores the reverse)
 * @param data exactly the bytes of the tensor; unaligned
 */
public record TensorView(String name, TensorType type, List<Long> shape, MemorySegment data) {
  /** Number of values. */
  public long size() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Length of the innermost dimension. */
  public int cols() {
    return shape.isEmpty() ? 1 : Math.toIntExact(shape.getLast());
  }

  /** Number of innermost rows: the product of all other dimensions. */
  public int rows() {
    return cols() == 0 ? 0 : Math.toIntExact(size() / cols());
  }
}

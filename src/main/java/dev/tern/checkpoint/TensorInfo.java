package dev.tern.checkpoint;

import java.util.List;

/**
 * Name, type and shape of a tensor that is read or will be written.
 *
 * @param shape outermost dimension first
 */
public record TensorInfo(String name, TensorType type, List<Long> shape) {
  /** Far beyond any machine, and small enough that bytes of any type are counted without overflow. */
  private static final long MAX_SIZE = 1L << 56;

  public TensorInfo {
    shape = List.copyOf(shape);
  }

  public static TensorInfo of(TensorView view) {
    return new TensorInfo(view.name(), view.type(), view.shape());
  }

  /** Number of values. */
  public long size() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Length in bytes. */
  public long bytes() {
    return type.bytes(size());
  }

  /**
   * Checks what arithmetic with the shape relies on: no dimension is negative, rows and columns are below 2^31, rows
   * consist of whole blocks, and the length in bytes is far from overflow.
   *
   * @param source the file, for the message
   */
  TensorInfo check(String source) {
    long outer = 1;
    long cols = shape.isEmpty() ? 1 : shape.getLast();
    for (long dimension : shape) {
      if (dimension < 0 || dimension > Integer.MAX_VALUE) {
        throw mismatch(source, "dimensions from 0 to 2^31-1");
      }
    }
    for (int i = 0; i < shape.size() - 1; i++) {
      outer *= shape.get(i);
      if (outer > Integer.MAX_VALUE) {
        throw mismatch(source, "a product of outer dimensions below 2^31");
      }
    }
    if (cols > 0 && outer > MAX_SIZE / cols) {
      throw mismatch(source, "at most 2^56 values");
    }
    if (cols % type.blockSize() != 0) {
      throw mismatch(
          source, "an inner dimension that is a multiple of the block size %d of %s".formatted(type.blockSize(), type));
    }
    return this;
  }

  private RuntimeException mismatch(String source, String expected) {
    return Messages.mismatch(
        source, Messages.tensor(name), expected, "shape " + shape.stream().map(Long::toUnsignedString).toList());
  }
}

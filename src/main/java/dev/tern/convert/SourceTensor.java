package dev.tern.convert;

import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import java.util.List;
import java.util.function.Supplier;

/**
 * A tensor as a GGUF file is to have it, and what it is made of.
 *
 * @param type of the source
 * @param shape outermost dimension first
 * @param parts one view, or one for each matrix of a stack; made when it is asked for
 */
record SourceTensor(String name, TensorType type, List<Long> shape, List<Supplier<TensorView>> parts, Change change) {
  /**
   * How rows differ from those of the source.
   *
   * @param rows which row of a part each row is, or null for the order they have
   * @param columns which column of the source each column is, or null
   * @param factors what each row is multiplied by, or null
   */
  record Change(int[] rows, int[] columns, float[] factors) {
    static final Change NONE = new Change(null, null, null);

    boolean isNone() {
      return rows == null && columns == null && factors == null;
    }
  }

  TensorInfo as(TensorType wanted) {
    return new TensorInfo(name, wanted, shape);
  }

  int cols() {
    return Math.toIntExact(shape.getLast());
  }

  /** Rows of each part. */
  int rowsOfPart() {
    long size = shape.stream().reduce(1L, Math::multiplyExact);
    return Math.toIntExact(size / cols() / parts.size());
  }

  /** Whether the source holds the tensor as it is to be. */
  boolean isCopyOf(TensorType wanted) {
    return wanted == type && parts.size() == 1 && change.isNone();
  }
}

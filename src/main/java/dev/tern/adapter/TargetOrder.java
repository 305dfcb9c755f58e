package dev.tern.adapter;

import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.quant.Codecs;
import dev.tern.quant.RowSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * Rows and columns of an adapter's tensors as its base has them.
 *
 * @param rows row i of the base is row {@code rows[i]} of the adapter; null where they are the same
 * @param cols as {@code rows}
 */
record TargetOrder(int[] rows, int[] cols) {
  static final TargetOrder NONE = new TargetOrder(null, null);

  /** The order of a matrix whose module has more rows, of which {@code chosen} belong to it (null: all). */
  static TargetOrder of(AdapterBase base, String tensor, boolean huggingFace, int[] chosen) {
    int[] rows = base.orders().rows(tensor, huggingFace);
    int[] composed = chosen == null || rows == null ? (rows == null ? chosen : rows) : compose(chosen, rows);
    return new TargetOrder(composed, base.orders().columns(tensor, huggingFace));
  }

  private static int[] compose(int[] chosen, int[] order) {
    return Arrays.stream(order).map(row -> chosen[row]).toArray();
  }

  RowSource byRows(TensorView tensor) {
    RowSource source = RowSource.of(tensor);
    return rows == null ? source : source.permute(rows);
  }

  RowSource byColumns(TensorView tensor) {
    return RowSource.of(cols == null ? tensor : gather(plain(tensor), cols));
  }

  RowSource byBoth(TensorView tensor) {
    RowSource source = byColumns(tensor);
    return rows == null ? source : source.permute(rows);
  }

  float[] byRows(float[] values) {
    return permuted(values, rows);
  }

  float[] byColumns(float[] values) {
    return permuted(values, cols);
  }

  private static float[] permuted(float[] values, int[] order) {
    if (order == null) {
      return values;
    }
    float[] permuted = new float[order.length];
    for (int i = 0; i < order.length; i++) {
      permuted[i] = values[order[i]];
    }
    return permuted;
  }

  /** Values that can be moved one by one. */
  private static TensorView plain(TensorView tensor) {
    if (tensor.type().blockSize() == 1) {
      return tensor;
    }
    float[] values = values(tensor);
    return new TensorView(tensor.name(), TensorType.F32, tensor.shape(), MemorySegment.ofArray(values));
  }

  private static TensorView gather(TensorView tensor, int[] cols) {
    int width = tensor.type().blockBytes();
    MemorySegment data = Arena.ofAuto().allocate((long) tensor.rows() * cols.length * width, Long.BYTES);
    for (int row = 0; row < tensor.rows(); row++) {
      long from = (long) row * tensor.cols() * width;
      long to = (long) row * cols.length * width;
      for (int col = 0; col < cols.length; col++) {
        MemorySegment.copy(tensor.data(), from + (long) cols[col] * width, data, to + (long) col * width, width);
      }
    }
    return new TensorView(tensor.name(), tensor.type(), List.of((long) tensor.rows(), (long) cols.length), data);
  }

  /** Rows and columns exchanged. */
  static TensorView transposed(TensorView tensor) {
    TensorView source = plain(tensor);
    int width = source.type().blockBytes();
    int rows = source.rows();
    int cols = source.cols();
    MemorySegment data = Arena.ofAuto().allocate((long) rows * cols * width, Long.BYTES);
    for (int row = 0; row < rows; row++) {
      for (int col = 0; col < cols; col++) {
        long from = ((long) row * cols + col) * width;
        MemorySegment.copy(source.data(), from, data, ((long) col * rows + row) * width, width);
      }
    }
    return new TensorView(tensor.name(), source.type(), List.of((long) cols, (long) rows), data);
  }

  /** All values of a tensor. */
  static float[] values(TensorView tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    Codecs.of(tensor.type()).decode(tensor.data(), 0, values, 0, values.length);
    return values;
  }
}

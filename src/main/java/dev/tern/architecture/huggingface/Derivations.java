package dev.tern.architecture.huggingface;

import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.quant.Codecs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * The ways in which tensors of GGUF differ from those of Hugging Face. Results are copies in native memory; they keep
 * the type of the source where that can hold them.
 */
public final class Derivations {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private Derivations() {}

  /** Adds one: norms that multiply by {@code 1 + weight}. */
  public static Derivation plusOne() {
    return values(value -> value + 1);
  }

  /** {@code −exp(value)}: decays that are stored as logarithms. */
  public static Derivation negativeExp() {
    return values(value -> -Math.exp(value));
  }

  /** A function of every value; the result is F32. */
  public static Derivation values(DoubleUnaryOperator function) {
    return (tensor, config) -> {
      TensorView result = decoded(tensor);
      for (long at = 0; at < result.data().byteSize(); at += Float.BYTES) {
        result.data().set(FLOAT, at, (float) function.applyAsDouble(result.data().get(FLOAT, at)));
      }
      return result;
    };
  }

  /** Without dimensions of one: {@code [channels, 1, taps]} becomes {@code [channels, taps]}. */
  public static Derivation squeezed() {
    return (tensor, config) -> reshape(tensor, tensor.shape().stream().filter(dimension -> dimension != 1).toList());
  }

  /** Exchanges the last two dimensions of a matrix or of each one in a stack. */
  public static Derivation transposed() {
    return (tensor, config) -> transpose(tensor);
  }

  /** The first half of the rows of each matrix in a stack, or of a matrix. */
  public static Derivation firstHalf() {
    return (tensor, config) -> rows(tensor, range(0, height(tensor) / 2, 1));
  }

  /** The second half of the rows of each matrix in a stack, or of a matrix. */
  public static Derivation secondHalf() {
    return (tensor, config) -> rows(tensor, range(height(tensor) / 2, height(tensor), 1));
  }

  /** The rows 0, 2, 4, … of each matrix. */
  public static Derivation evenRows() {
    return (tensor, config) -> rows(tensor, range(0, height(tensor), 2));
  }

  /** The rows 1, 3, 5, … of each matrix. */
  public static Derivation oddRows() {
    return (tensor, config) -> rows(tensor, range(1, height(tensor), 2));
  }

  /** The values 0, 2, 4, … of each vector. */
  public static Derivation evenValues() {
    return asRows(evenRows());
  }

  /** The values 1, 3, 5, … of each vector. */
  public static Derivation oddValues() {
    return asRows(oddRows());
  }

  /** Treats vectors as matrices of one column. */
  private static Derivation asRows(Derivation ofRows) {
    return (tensor, config) -> {
      List<Long> shape = new ArrayList<>(tensor.shape());
      shape.add(1L);
      TensorView result = ofRows.apply(reshape(tensor, shape), config);
      return reshape(result, result.shape().subList(0, shape.size() - 1));
    };
  }

  /** Chosen rows of a matrix, or of each matrix in a stack {@code [count, rows, cols]}. */
  public static TensorView rows(TensorView tensor, int[] chosen) {
    int height = height(tensor);
    int stack = height == 0 ? 0 : tensor.rows() / height;
    long rowBytes = tensor.type().bytes(tensor.cols());
    MemorySegment data = allocate(stack * chosen.length * rowBytes);
    for (int matrix = 0; matrix < stack; matrix++) {
      for (int row = 0; row < chosen.length; row++) {
        if (chosen[row] < 0 || chosen[row] >= height) {
          throw unexpected(tensor, "more than %d rows".formatted(chosen[row]));
        }
        long from = ((long) matrix * height + chosen[row]) * rowBytes;
        MemorySegment.copy(tensor.data(), from, data, ((long) matrix * chosen.length + row) * rowBytes, rowBytes);
      }
    }
    List<Long> shape = new ArrayList<>(tensor.shape());
    shape.set(shape.size() - 2, (long) chosen.length);
    return new TensorView(tensor.name(), tensor.type(), shape, data);
  }

  /** The same bytes under another shape. */
  public static TensorView reshape(TensorView tensor, List<Long> shape) {
    if (shape.stream().reduce(1L, Math::multiplyExact) != tensor.size()) {
      throw unexpected(tensor, "as many values as shape " + shape);
    }
    return new TensorView(tensor.name(), tensor.type(), shape, tensor.data());
  }

  /** Exchanges the last two dimensions; block formats become F32. */
  public static TensorView transpose(TensorView tensor) {
    TensorView source = tensor.type().blockSize() == 1 ? tensor : decoded(tensor);
    int rows = height(source);
    int cols = source.cols();
    int stack = rows == 0 ? 0 : source.rows() / rows;
    int width = source.type().blockBytes();
    MemorySegment data = allocate(source.data().byteSize());
    for (long base = 0, matrix = 0; matrix < stack; matrix++, base += (long) rows * cols * width) {
      for (int col = 0; col < cols; col++) {
        for (int row = 0; row < rows; row++) {
          long from = base + ((long) row * cols + col) * width;
          MemorySegment.copy(source.data(), from, data, base + ((long) col * rows + row) * width, width);
        }
      }
    }
    List<Long> shape = new ArrayList<>(source.shape());
    shape.set(shape.size() - 2, (long) cols);
    shape.set(shape.size() - 1, (long) rows);
    return new TensorView(tensor.name(), source.type(), shape, data);
  }

  /** A copy in F32. */
  public static TensorView decoded(TensorView tensor) {
    MemorySegment data = allocate(Math.multiplyExact(tensor.size(), (long) Float.BYTES));
    int cols = tensor.cols();
    float[] row = new float[cols];
    for (int i = 0; i < tensor.rows(); i++) {
      Codecs.of(tensor.type()).decode(tensor.data(), i * tensor.type().bytes(cols), row, 0, cols);
      MemorySegment.copy(row, 0, data, FLOAT, (long) i * cols * Float.BYTES, cols);
    }
    return new TensorView(tensor.name(), TensorType.F32, tensor.shape(), data);
  }

  /** Floats as a tensor. */
  static TensorView vector(String name, float[] values) {
    MemorySegment data = allocate((long) values.length * Float.BYTES);
    MemorySegment.copy(values, 0, data, FLOAT, 0, values.length);
    return new TensorView(name, TensorType.F32, List.of((long) values.length), data);
  }

  /** The values of a tensor of F32. */
  static float[] floats(TensorView tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    MemorySegment.copy(tensor.data(), FLOAT, 0, values, 0, values.length);
    return values;
  }

  /** Native memory for a derived tensor, which lives as long as {@link HuggingFaceCheckpoint#find} says. */
  public static MemorySegment allocate(long bytes) {
    return DerivedMemory.allocate(bytes);
  }

  /** The error of a tensor that is not what its name promises. */
  public static CheckpointException unexpected(TensorView tensor, String expected) {
    return new CheckpointException(
        "tensor '%s': expected %s, found shape %s".formatted(tensor.name(), expected, tensor.shape()));
  }

  /** Rows of a matrix or of each matrix in a stack. */
  private static int height(TensorView tensor) {
    if (tensor.shape().size() < 2) {
      throw unexpected(tensor, "a matrix");
    }
    return Math.toIntExact(tensor.shape().get(tensor.shape().size() - 2));
  }

  private static int[] range(int from, int to, int step) {
    return IntStream.range(0, Math.ceilDiv(to - from, step)).map(i -> from + i * step).toArray();
  }
}

package dev.tern.convert;

import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.error.TernException;
import dev.tern.quant.BlockCodec;
import dev.tern.quant.Codecs;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Encodes the rows of one tensor, in parallel. */
final class TensorEncoder {
  /** Values that a thread takes at once. */
  private static final int CHUNK = 1 << 16;

  /** Formats of 2 and 3 bits. */
  private static final Set<TensorType> COARSE = EnumSet.of(TensorType.Q2_K, TensorType.Q3_K);

  private final SourceTensor tensor;
  private final SourceTensor.Change change;
  private final BlockCodec codec;
  private final Importance importance;
  private final MemorySegment target;
  private final int cols;
  private final int rowsOfMatrix;

  private TensorEncoder(SourceTensor tensor, TensorType type, Importance importance, MemorySegment target) {
    this.tensor = tensor;
    this.change = tensor.change();
    this.codec = Codecs.of(type);
    this.importance = importance;
    this.target = target;
    this.cols = tensor.cols();
    List<Long> shape = tensor.shape();
    rowsOfMatrix = shape.size() < 3 ? tensor.rowsOfPart() : Math.toIntExact(shape.get(shape.size() - 2));
  }

  /**
   * A tensor in its new form.
   *
   * @param data its bytes
   * @param error relative: √(Σ(new − old)² / Σ old²), 0 if all values are 0
   */
  record Encoded(MemorySegment data, double error) {}

  /** Squares of differences and of values. */
  private record Squares(double difference, double value) {
    Squares plus(Squares other) {
      return new Squares(difference + other.difference, value + other.value);
    }
  }

  /**
   * @param memory for the result
   * @throws CheckpointException if a value is not finite, or beyond the type
   */
  static Encoded encode(SourceTensor tensor, TensorType type, Importance importance, NativeMemory memory) {
    if (tensor.isCopyOf(type)) {
      return new Encoded(tensor.parts().getFirst().get().data(), 0);
    }
    MemorySegment target = memory.allocate(Math.max(1, tensor.as(type).bytes()));
    TensorEncoder encoder = new TensorEncoder(tensor, type, importance, target);
    Squares sum = new Squares(0, 0);
    for (int part = 0; part < tensor.parts().size(); part++) {
      sum = sum.plus(encoder.encodePart(part));
    }
    double error = sum.value == 0 ? 0 : Math.sqrt(sum.difference / sum.value);
    return new Encoded(target.asSlice(0, tensor.as(type).bytes()), error);
  }

  private Squares encodePart(int part) {
    TensorView source = tensor.parts().get(part).get();
    float[][] weights = weights(part);
    Squares squares = encodePart(source, part, weights);
    if (source.data().isMapped()) {
      source.data().unload(); // read once: memory stays bounded by the largest tensor
    }
    return squares;
  }

  private Squares encodePart(TensorView source, int part, float[][] weights) {
    int rows = tensor.rowsOfPart();
    int rowsAtOnce = Math.max(1, CHUNK / cols);
    return IntStream.range(0, Math.ceilDiv(rows, rowsAtOnce))
        .parallel()
        .mapToObj(
            chunk -> encodeRows(source, part, chunk * rowsAtOnce, Math.min(rows, (chunk + 1) * rowsAtOnce), weights))
        .reduce(new Squares(0, 0), Squares::plus);
  }

  /** Importance for each matrix of a part. */
  private float[][] weights(int part) {
    int count = Math.ceilDiv(tensor.rowsOfPart(), rowsOfMatrix);
    float[][] weights = new float[count][];
    for (int i = 0; i < count; i++) {
      float[] found = importance.of(tensor.name(), part * count + i, cols);
      weights[i] = importance.isInOrderOfGguf() ? found : permuted(found);
    }
    return weights;
  }

  private Squares encodeRows(TensorView source, int part, int from, int to, float[][] weights) {
    float[] values = new float[cols];
    float[] decoded = new float[cols];
    float[] scratch = new float[cols];
    long rowBytes = codec.type().bytes(cols);
    BlockCodec reader = Codecs.of(source.type());
    double difference = 0;
    double norm = 0;
    for (int row = from; row < to; row++) {
      int sourceRow = change.rows() == null ? row : change.rows()[row];
      reader.decode(source.data(), sourceRow * source.type().bytes(cols), values, 0, cols);
      float[] ordered = permuted(values);
      scale(ordered, row);
      requireFinite(ordered, row, "a finite value");
      long at = ((long) part * tensor.rowsOfPart() + row) * rowBytes;
      encode(ordered, byValue(weights[row / rowsOfMatrix], ordered, scratch), at);
      codec.decode(target, at, decoded, 0, cols);
      requireFinite(decoded, row, "a value that " + codec.type() + " can hold");
      for (int i = 0; i < cols; i++) {
        double d = (double) decoded[i] - ordered[i];
        difference += d * d;
        norm += (double) ordered[i] * ordered[i];
      }
    }
    return new Squares(difference, norm);
  }

  private void encode(float[] values, float[] weights, long at) {
    try {
      codec.encode(values, 0, cols, weights, target, at);
    } catch (TernException e) {
      throw new CheckpointException("tensor '%s': %s".formatted(tensor.name(), e.getMessage()), e);
    }
  }

  private float[] permuted(float[] values) {
    if (values == null || change.columns() == null) {
      return values;
    }
    float[] ordered = new float[cols];
    for (int i = 0; i < cols; i++) {
      ordered[i] = values[change.columns()[i]];
    }
    return ordered;
  }

  /**
   * With 2 or 3 bits the importance of columns times √(σ² + x²), σ² the mean square of the row: large values deserve
   * more than their squared error says. Found by measuring (models/README.md); with more bits it does harm.
   */
  private float[] byValue(float[] importance, float[] values, float[] result) {
    if (importance == null || !COARSE.contains(codec.type())) {
      return importance;
    }
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    for (int i = 0; i < cols; i++) {
      result[i] = (float) (importance[i] * Math.sqrt(squares / cols + (double) values[i] * values[i]));
    }
    return result;
  }

  private void scale(float[] values, int row) {
    if (change.factors() != null) {
      for (int i = 0; i < cols; i++) {
        values[i] *= change.factors()[row];
      }
    }
  }

  private void requireFinite(float[] values, int row, String expected) {
    for (int i = 0; i < cols; i++) {
      if (!Float.isFinite(values[i])) {
        throw new CheckpointException(
            "tensor '%s': row %d, column %d: expected %s, found %s"
                .formatted(tensor.name(), row, i, expected, values[i]));
      }
    }
  }
}

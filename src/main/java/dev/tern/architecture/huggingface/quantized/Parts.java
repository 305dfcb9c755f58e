package dev.tern.architecture.huggingface.quantized;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.quant.Codecs;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.function.Function;

/** The tensors that make one weight: {@code prefix.qweight}, {@code prefix.scales}, … */
record Parts(String prefix, Function<String, Optional<TensorView>> tensors) {
  TensorView require(String suffix) {
    return find(suffix).orElseThrow(() -> new CheckpointException("tensor '%s' is missing".formatted(prefix + suffix)));
  }

  Optional<TensorView> find(String suffix) {
    return tensors.apply(prefix + suffix);
  }

  /** The values of a matrix, checked to be of that size. */
  float[] floats(String suffix, int rows, int cols) {
    TensorView tensor = require(suffix);
    check(tensor, tensor.type(), rows, cols);
    return floats(tensor);
  }

  static float[] floats(TensorView tensor) {
    if (tensor.size() > Integer.MAX_VALUE / Float.BYTES) {
      throw Derivations.unexpected(tensor, "fewer scales");
    }
    float[] values = new float[(int) tensor.size()];
    Codecs.of(tensor.type()).decode(tensor.data(), 0, values, 0, values.length);
    return values;
  }

  /** The group of each column, checked to be one of {@code groups}; null if there is no such tensor. */
  int[] groups(String suffix, int cols, int groups) {
    Optional<TensorView> tensor = find(suffix);
    if (tensor.isEmpty()) {
      return null;
    }
    check(tensor.get(), TensorType.I32, 1, cols);
    int[] groupOf = tensor.get().data().toArray(ValueLayout.JAVA_INT_UNALIGNED);
    for (int group : groupOf) {
      if (group < 0 || group >= groups) {
        throw new CheckpointException(
            "tensor '%s': expected groups below %d, found %d".formatted(tensor.get().name(), groups, group));
      }
    }
    return groupOf;
  }

  /** Groups of the same size, one after the other. */
  int[] evenGroups(int cols, int groups) {
    if (groups < 1 || cols % groups != 0) {
      throw new CheckpointException(
          "tensors '%s.*': expected groups of the same size, found %d for %d columns".formatted(prefix, groups, cols));
    }
    int size = cols / groups;
    int[] groupOf = new int[cols];
    for (int col = 0; col < cols; col++) {
      groupOf[col] = col / size;
    }
    return groupOf;
  }

  static void check(TensorView tensor, TensorType type, int rows, int cols) {
    if (tensor.type() != type || tensor.rows() != rows || tensor.cols() != cols) {
      throw Derivations.unexpected(tensor, "%s [%d, %d]".formatted(type, rows, cols));
    }
  }
}

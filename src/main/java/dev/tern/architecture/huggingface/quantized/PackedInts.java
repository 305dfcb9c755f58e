package dev.tern.architecture.huggingface.quantized;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Codes packed into 32-bit integers {@code [rows, cols]}, from the lowest bits up.
 *
 * @param bits of a code, a divisor of 32
 */
record PackedInts(MemorySegment data, int rows, int cols, int bits) {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Refuses a tensor of another type or shape. */
  static PackedInts of(TensorView tensor, int rows, int cols, int bits) {
    Parts.check(tensor, TensorType.I32, rows, cols);
    return new PackedInts(tensor.data(), rows, cols, bits);
  }

  /** A matrix of whatever size. */
  static PackedInts of(TensorView tensor, int bits) {
    if (tensor.shape().size() != 2) {
      throw Derivations.unexpected(tensor, "a matrix");
    }
    return of(tensor, tensor.rows(), tensor.cols(), bits);
  }

  /** Codes in an integer. */
  int perInt() {
    return 32 / bits;
  }

  /** Code {@code place} of the integer at {@code [row, col]}, unsigned. */
  int code(int row, int col, int place) {
    return data.get(INT, 4 * ((long) row * cols + col)) >>> bits * place & mask();
  }

  private int mask() {
    return (1 << bits) - 1;
  }
}

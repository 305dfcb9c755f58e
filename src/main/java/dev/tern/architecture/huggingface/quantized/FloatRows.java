package dev.tern.architecture.huggingface.quantized;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.quant.BlockCodec;
import dev.tern.quant.Codecs;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/** Decoded rows as a tensor of floats. */
final class FloatRows {
  private FloatRows() {}

  /** Computes the values of a row. */
  @FunctionalInterface
  interface Reader {
    void read(int row, float[] values);
  }

  /**
   * Half floats, unless the largest magnitude is out of their range or so small that less than 11 bits of it are left;
   * they err less than the bfloat16 that such weights are decoded to elsewhere.
   */
  static TensorType narrowest(float largest) {
    return largest <= 65504 && largest >= 0x1p-13f ? TensorType.F16 : TensorType.F32;
  }

  /** A tensor with the name and shape of {@code like}. */
  static TensorView write(TensorView like, TensorType type, Reader reader) {
    BlockCodec codec = Codecs.of(type);
    int cols = like.cols();
    long rowBytes = type.bytes(cols);
    MemorySegment data = Derivations.allocate(rowBytes * like.rows());
    IntStream.range(0, like.rows())
        .parallel()
        .forEach(
            row -> {
              float[] values = new float[cols];
              reader.read(row, values);
              codec.encode(values, 0, cols, null, data, row * rowBytes);
            });
    return new TensorView(like.name(), type, like.shape(), data);
  }
}

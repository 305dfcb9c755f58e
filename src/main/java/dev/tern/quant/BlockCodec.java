package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import java.lang.foreign.MemorySegment;

/** One block format: its values as floats, and floats as its blocks. Counts are multiples of the block size. */
public interface BlockCodec {
  TensorType type();

  /** Decodes {@code count} values that start at byte {@code offset} of {@code source}. */
  void decode(MemorySegment source, long offset, float[] values, int at, int count);

  /** Whether {@link #encode} is implemented. */
  default boolean encodes() {
    return false;
  }

  /**
   * Encodes {@code count} values so that the sum of their squared errors, each times its weight, is small. Scales that
   * f16 cannot hold are clamped: the result is finite, if far from the values.
   *
   * @param importance null, or a weight per value (indexed like {@code values}), finite and not negative; only the
   *     proportions within a block matter. Types that hold each value for itself take no notice
   * @throws dev.tern.error.TernException if a weight is not as said, or a value is not finite and the type is not of
   *     floats
   */
  default void encode(float[] values, int at, int count, float[] importance, MemorySegment target, long offset) {
    throw new UnsupportedOperationException(type() + " is read only");
  }
}

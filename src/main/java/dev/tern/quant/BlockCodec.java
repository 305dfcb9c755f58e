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
   * Encodes {@code count} values.
   *
   * @param importance null, or a weight per value (indexed like {@code values}) for the error to be minimised
   */
  default void encode(float[] values, int at, int count, float[] importance, MemorySegment target, long offset) {
    throw new UnsupportedOperationException(type() + " is read only");
  }
}

package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** IEEE 754 binary32: copied. */
final class F32 implements BlockCodec {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @Override
  public TensorType type() {
    return TensorType.F32;
  }

  @Override
  public void decode(MemorySegment source, long offset, float[] values, int at, int count) {
    MemorySegment.copy(source, FLOAT, offset, values, at, count);
  }

  @Override
  public boolean encodes() {
    return true;
  }

  @Override
  public void encode(float[] values, int at, int count, float[] importance, MemorySegment target, long offset) {
    MemorySegment.copy(values, at, target, FLOAT, offset, count);
  }

  @Override
  public String toString() {
    return type().name();
  }
}
